import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { mustBeGone } from '../../src/apply/must-be-gone.ts';
import { recentAnswers } from '../../src/apply/recent-answers.ts';
import { type Ip, parseIp } from '../../src/net/ip.ts';
import { planRelease } from '../../src/plan/release.ts';
import {
  buildAssigned,
  buildAssignment,
  buildNodeState,
  buildSnapshot,
  buildUnread,
  IP,
} from '../build-snapshot.ts';
import { MAC, segmentStandIn } from './segment-stand-in.ts';

const service = buildAssigned([buildAssignment()]);
const snapshot = buildSnapshot({ services: [service] }, [buildUnread('k0'), buildNodeState('k2')]);
const plan = planRelease(snapshot, { service, ip: parseIp(IP) as Ip, holderGone: true });

test('a person who thinks for long: the holder may be back, and is asked for again', async (t) => {
  const segment = segmentStandIn();
  after(segment.remove);
  let seconds = 0;
  // Nobody waits half a minute for the clock.
  t.mock.method(performance, 'now', () => seconds * 1000);
  const asked = recentAnswers();
  const gone = () => mustBeGone(segment.session, snapshot, plan, asked, new Set());

  assert.deepEqual(await gone(), [`nobody answers for ${IP} (arping -D on k2 ens34)`]);
  assert.deepEqual(segment.asked(), [IP]);
  segment.answers(IP);
  seconds = 30;
  assert.deepEqual(await gone(), []);
  assert.deepEqual(segment.asked(), []);
  seconds = 31;
  await assert.rejects(gone(), {
    exitCode: 7,
    reason: 'holder-answers',
    message: `${IP} is answered for by ${MAC} (arping -D on k2 ens34): the holder still carries it`,
  });
});
