/** The two watchdogs, with Calico's real agent and API server and the real kubectl. */
import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { on } from '../commands/observe.ts';
import { type Lab, skipWithoutLab, startLab } from '../lab/harness.ts';
import { waitFor } from '../lab/wait.ts';
import {
  ACCESS,
  becomesGone,
  endpointsOf,
  json,
  leftOn,
  local,
  onNode,
  PUT,
  RIGHTS,
  UNDO,
} from './lab-ground.ts';
import { onOperator, startOnOperator } from './on-operator.ts';

describe('a watchdog in the lab', { skip: await skipWithoutLab() }, () => {
  let lab: Lab;
  before(async () => {
    lab = await startLab('s2');
    // Where a node of the control plane has it.
    await on(lab, 'k0', 'ln -sf /mnt/bin/kubectl /usr/local/bin/kubectl');
  });
  after(() => lab?.down());
  beforeEach(async () => assert.equal(await endpoints(), ''));

  const endpoints = () => endpointsOf(lab);
  const isGone = () => becomesGone(lab);
  const leftOnK0 = () => leftOn(lab, 'k0');

  it('on the operator’s machine takes a guard back when extip is killed', async () => {
    const extip = startOnOperator(
      lab,
      `${local(4)}; await change(${json(PUT)}); console.log('done'); await sleep(60000);`,
    );
    await waitFor('the endpoint', async () => assert.notEqual(await endpoints(), ''));
    extip.kill('SIGKILL');
    await extip.result;
    assert.notEqual(await endpoints(), '');
    await isGone();
  });

  it('on the operator’s machine takes it back once the API can be reached again', async () => {
    const extip = onOperator(
      lab,
      `const watchdog = ${local(3)}; await change(${json(PUT)}); await sleep(20000); await watchdog.disarm();`,
    );
    await waitFor('the endpoint', async () => assert.notEqual(await endpoints(), ''));
    const mend = await lab.fault('k0', 'api-hang');
    await sleep(6000);
    await mend();
    await isGone();
    assert.equal((await extip).error?.reason, 'watchdog-fired');
  });

  it('that is disarmed leaves the guard, on both', async () => {
    const { error } = await onOperator(
      lab,
      `const first = ${local(4)}, second = ${onNode(4)};
      await change(${json(PUT)});
      await first.disarm(); await second.disarm();`,
    );
    assert.equal(error, undefined, error?.message);
    assert.equal(await leftOnK0(), '');
    await sleep(6000);
    assert.notEqual(await endpoints(), '');
    await onOperator(lab, `await change(${json(UNDO[0])});`);
  });

  it('on the node keeps another run from beginning, and ends where one has begun all the same', async () => {
    await onOperator(lab, `${onNode(4)}; await change(${json(PUT)});`);
    // Nobody holds it as an undo does before it is through.
    const holder = () =>
      on(
        lab,
        'operator',
        `kubectl get lease -n kube-system extip -o 'jsonpath={.spec.holderIdentity}'`,
      );
    await waitFor('the node to have the lock', async () =>
      assert.match(await holder(), /^undo of /),
    );
    await isGone();
    await waitFor('the node to be done', async () => assert.equal(await leftOnK0(), ''), 60);

    await onOperator(lab, `${onNode(12)}; await change(${json(PUT)});`);
    await onOperator(lab, `return 'has taken the lock of the dead one';`);
    await waitFor('the node to be done', async () => assert.equal(await leftOnK0(), ''), 60);
    assert.notEqual(await endpoints(), '');
    await onOperator(lab, `await change(${json(UNDO[0])});`);
  });

  it('on the node says why it could not, and leaves nothing', async () => {
    const ask = (access: object) =>
      onOperator<string | null>(
        lab,
        `return whyNotOnNode(hostReach('k0'), ${json(access)}, ${json(RIGHTS)});`,
      );
    assert.equal((await ask(ACCESS)).value, null);
    const wrong = await ask({ ...ACCESS, server: 'https://10.1.0.180:6444' });
    assert.match(
      wrong.value ?? '',
      /^a request with \/etc\/kubernetes\/admin\.conf to .*:6444 fails: /,
    );
    const none = await ask({ ...ACCESS, adminKubeconfig: '/etc/kubernetes/none.conf' });
    assert.equal(none.value, 'there is no /etc/kubernetes/none.conf');
    assert.equal(await leftOnK0(), '');
  });
});
