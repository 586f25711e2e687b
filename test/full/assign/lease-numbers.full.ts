import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { change, failure } from '../../commands/extip.ts';
import { on, unchanged } from '../../commands/observe.ts';
import { type Lab, skipWithoutLab, startLab } from '../../lab/harness.ts';

const ip = '20.1.0.167';

describe('a node that has seen a higher number than the Lease has', {
  skip: await skipWithoutLab(),
}, () => {
  let lab: Lab;
  before(async () => {
    lab = await startLab('s2');
  });
  after(() => lab?.down());

  it('goes on when the Lease was deleted: its number is raised above what the node has seen', async () => {
    await change(lab, `assign svc-test-1 ${ip} --node k0`);
    const fence = () => on(lab, 'k0', 'cut -d" " -f2 /var/lib/extip/fence');
    const seen = Number(await fence());
    await on(lab, 'operator', 'kubectl delete lease extip -n kube-system');
    await change(lab, `release svc-test-1 ${ip}`);
    assert.equal(Number(await fence()), seen + 1);
    const number = "kubectl get lease extip -n kube-system -o jsonpath='{.spec.leaseTransitions}'";
    assert.equal(Number(await on(lab, 'operator', number)), seen + 1);
  });

  it('believes no absurd number of a node: the numbers of the Lease would be used up', async () => {
    await change(lab, `assign svc-test-1 ${ip} --node k0`);
    const read = 'cat /var/lib/extip/fence';
    const fence = await on(lab, 'k0', read);
    const [cluster] = fence.split(' ');
    await on(lab, 'k0', `echo ${cluster} 2000000000 0 >/var/lib/extip/fence`);
    const error = await unchanged(lab, () => failure(lab, 7, `release svc-test-1 ${ip} -y`));
    assert.equal(error.reason, 'fenced');
    assert.match(error.help ?? '', /remove \/var\/lib\/extip\/fence on k0/);
    await on(lab, 'k0', 'rm /var/lib/extip/fence');
    await change(lab, `release svc-test-1 ${ip}`);
    assert.ok(Number((await on(lab, 'k0', read)).split(' ')[1]) < 100);
  });
});
