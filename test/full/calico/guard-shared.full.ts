/** A guard belongs to its address: of several Services there all have one or none. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { CLIENT, getIn, IP, reaches, STRANGER } from '../../calico/guard/observe.ts';
import { change, failure } from '../../commands/extip.ts';
import { on } from '../../commands/observe.ts';
import { type Lab, skipWithoutLab, startLab } from '../../lab/harness.ts';

describe('a guard', { skip: await skipWithoutLab() }, () => {
  let lab: Lab;
  before(async () => {
    lab = await startLab('s2');
    await on(lab, 'client', `ip addr add ${STRANGER}/32 dev eth0`);
  });
  after(() => lab?.down());

  it('of several Services on one address is that of all of them', async () => {
    await change(lab, `assign svc-test-1 ${IP} --node k0 --guard --source ${CLIENT}`);
    const alone = await failure(lab, 7, `assign svc-test-2 ${IP} -y`);
    assert.equal(alone.reason, 'guarded');
    await change(lab, `assign svc-test-2 ${IP} --guard --source ${STRANGER}`);
    await getIn(lab, { client: true });
    assert.equal(await reaches(lab, 'client', STRANGER, 8081), true);
    assert.equal(await reaches(lab, 'client', CLIENT, 8081), false);
    const one = await failure(lab, 7, 'guard remove svc-test-1 -y');
    assert.equal(one.reason, 'shared-guarded');
    await change(lab, `guard set ${IP} --source ${CLIENT}`);
    assert.equal(await reaches(lab, 'client', CLIENT, 8081), true);
    await change(lab, `release svc-test-1 ${IP}`);
    assert.equal(await reaches(lab, 'client', CLIENT, 8081), true);
    await change(lab, `release svc-test-2 ${IP}`);
  });
});
