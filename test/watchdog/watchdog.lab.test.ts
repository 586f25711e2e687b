/** The two watchdogs, with Calico's real agent and API server and the real kubectl. */
import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { CalicoChange, OwnObject } from '../../src/calico/change.ts';
import { closeFailsafePorts } from '../calico/guard/failsafe-ports.ts';
import { on } from '../commands/observe.ts';
import { type Lab, skipWithoutLab, startLab } from '../lab/harness.ts';
import { waitFor } from '../lab/wait.ts';
import { onOperator, startOnOperator } from './on-operator.ts';

/** Everything that comes in by k0's interface of this endpoint is denied, and what k0 sends. */
const closed = (name: string, interfaceName: string): OwnObject => ({
  kind: 'HostEndpoint',
  name,
  labels: { 'extip.dev/owner': 'guard' },
  annotations: {},
  spec: { node: 'k0', interfaceName },
});
const PUT: CalicoChange = { type: 'put', object: closed('k0-ens33', 'ens33') };
const UNDO: CalicoChange[] = [{ type: 'delete', kind: 'HostEndpoint', name: 'k0-ens33' }];
const ACCESS = {
  adminKubeconfig: '/etc/kubernetes/admin.conf',
  server: 'https://10.1.0.180:6443',
};

const json = JSON.stringify;
const local = (seconds: number) =>
  `await armLocal(${json({ flags: {}, undo: UNDO, seconds, fieldManager: 'extip' })})`;
const onNode = (seconds: number) =>
  `await armNode(hostReach('k0'), ${json({ ...ACCESS, undo: UNDO, seconds })})`;

describe('a watchdog in the lab', { skip: await skipWithoutLab() }, () => {
  let lab: Lab;
  before(async () => {
    lab = await startLab('s2');
    // Where a node of the control plane has it.
    await on(lab, 'k0', 'ln -sf /mnt/bin/kubectl /usr/local/bin/kubectl');
  });
  after(() => lab?.down());
  beforeEach(async () => assert.equal(await endpoints(), ''));

  const endpoints = () =>
    on(
      lab,
      'k0',
      `KUBECONFIG=${ACCESS.adminKubeconfig} kubectl get hostendpoints.crd.projectcalico.org -o name`,
    );
  const isGone = (seconds = 60) =>
    waitFor('the endpoint to be gone', async () => assert.equal(await endpoints(), ''), seconds);
  const leftOnK0 = () => on(lab, 'k0', 'ls /run/extip 2>/dev/null || true');

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

  it('on the node says why it could not, and leaves nothing', async () => {
    const ask = (access: object) =>
      onOperator<string | null>(lab, `return whyNotOnNode(hostReach('k0'), ${json(access)});`);
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

  it('on the node gives access back, where ssh and API of the operator are cut off', async () => {
    await closeFailsafePorts(lab);
    const seen = await onOperator<{
      before: string[];
      lost: string[];
      after: string[];
      undone: string;
    }>(
      lab,
      `const k0 = hostReach('k0');
      const access = { nodes: [k0], flags: {}, connects: [{ from: hostReach('k2'), ip: '10.1.0.180', port: 6443 }] };
      const ways = await workingWays(access);
      const what = (list) => list.map((one) => one.what);
      await armLocal({ flags: {}, undo: ${json(UNDO)}, seconds: 300, fieldManager: 'extip' });
      const node = await armNode(k0, ${json({ ...ACCESS, undo: UNDO, seconds: 45 })});
      await change(${json(PUT)});
      // The agent needs a moment, each way a time-out.
      let lost = [];
      for (let tries = 0; lost.length < ways.length && tries < 5; tries++) lost = await lostWays(ways);
      let after = ways;
      for (let tries = 0; after.length > 0 && tries < 30; tries++) after = await lostWays(ways);
      const undone = await node.disarm().then(() => 'disarmed', ({ reason }) => reason);
      return { before: what(ways), lost: what(lost), after: what(after), undone };`,
    );
    const all = ['the API server', 'ssh to node k0', '10.1.0.180:6443 from node k2'];
    assert.deepEqual(seen, {
      value: { before: all, lost: all, after: [], undone: 'watchdog-fired' },
    });
    assert.equal(await leftOnK0(), '');
    await isGone();
  });
});
