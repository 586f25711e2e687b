import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { decideAssign } from '../../src/apply/decide-assign.ts';
import { recentAnswers } from '../../src/apply/recent-answers.ts';
import { type Ip, parseIp, parseRange } from '../../src/net/ip.ts';
import {
  buildAssigned,
  buildAssignment,
  buildNodeState,
  buildService,
  buildSnapshot,
  IP,
} from '../build-snapshot.ts';
import { segmentStandIn } from './segment-stand-in.ts';

test('of a pool, an address that a host answers for is asked for once in a run', async () => {
  const segment = segmentStandIn();
  after(segment.remove);
  const asked = recentAnswers();
  const damaged = [{ file: '20.1.0.170.json', reason: 'is not JSON' }];
  const snapshot = buildSnapshot({}, [
    buildNodeState('k0', { damagedRecords: damaged }),
    buildNodeState('k2'),
  ]);
  const decide = async () => {
    const pool = [parseRange('20.1.0.170-20.1.0.175') ?? assert.fail()];
    const input = { address: { pool }, node: 'k0', force: new Set<string>(), persist: true };
    const { plan } = await decideAssign(segment.session, snapshot, buildService(), input, asked);
    return plan.changes.map(({ ip }) => ip);
  };
  segment.answers('20.1.0.171', '20.1.0.172');
  assert.deepEqual(await decide(), ['20.1.0.173']);
  assert.deepEqual(segment.asked(), ['20.1.0.171', '20.1.0.172', '20.1.0.173']);
  assert.deepEqual(await decide(), ['20.1.0.173']);
  assert.deepEqual(segment.asked(), []);
});

test('a node of the annotation that is none is said to be none, whatever its name', async () => {
  const segment = segmentStandIn();
  after(segment.remove);
  for (const node of ['k9', 'constructor']) {
    const service = buildAssigned([buildAssignment({ node })]);
    const snapshot = buildSnapshot({ services: [service] });
    const address = { ip: parseIp(IP) as Ip };
    const input = { address, force: new Set<string>(), persist: true };
    await assert.rejects(decideAssign(segment.session, snapshot, service, input, recentAnswers()), {
      exitCode: 2,
      reason: 'node-not-found',
      help: /--holder-gone$/,
    });
  }
});
