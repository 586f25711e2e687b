/** Where the operator is cut off from nodes and API, the node itself takes the guard back. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { closeFailsafePorts } from '../../calico/guard/failsafe-ports.ts';
import { on } from '../../commands/observe.ts';
import { type Lab, skipWithoutLab, startLab } from '../../lab/harness.ts';
import { ACCESS, becomesGone, json, leftOn, PUT, UNDO } from '../../watchdog/lab-ground.ts';
import { onOperator } from '../../watchdog/on-operator.ts';

describe('a watchdog', { skip: await skipWithoutLab() }, () => {
  let lab: Lab;
  before(async () => {
    lab = await startLab('s2');
    await on(lab, 'k0', 'ln -sf /mnt/bin/kubectl /usr/local/bin/kubectl');
    await closeFailsafePorts(lab);
  });
  after(() => lab?.down());

  it('on the node gives access back, where ssh and API of the operator are cut off', async () => {
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
      await armLocal({ flags: {}, undo: ${json(UNDO)}, seconds: 300, fieldManager: 'extip', hold });
      const node = await armNode(k0, { ...${json({ ...ACCESS, undo: UNDO, seconds: 45 })}, hold });
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
    assert.equal(await leftOn(lab, 'k0'), '');
    await becomesGone(lab);
  });
});
