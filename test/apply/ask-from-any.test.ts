import assert from 'node:assert/strict';
import { test } from 'node:test';
import { askFromAny } from '../../src/apply/ask-from-any.ts';
import type { Session } from '../../src/apply/session.ts';
import { buildNodeState, buildSnapshot } from '../build-snapshot.ts';

const snapshot = buildSnapshot({}, [
  buildNodeState('k0'),
  buildNodeState('k2', { arping: 'habets' }),
]);
const session = {
  reach: { ssh: {}, config: { k0: { local: true }, k2: { local: true } } },
} as unknown as Session;
const on = (node: string) => ({ node, interface: 'ens34' });

/** Asks with these answers in turn; a word with `?` is that of a node that could not ask. */
async function ask(places: string[], answers: string[]) {
  const asked: string[] = [];
  const result = await askFromAny(
    session,
    snapshot,
    places.map(on),
    async (reach, place) => {
      asked.push(`${reach.node} ${place.interface} ${place.arping}`);
      return answers.shift() ?? '';
    },
    (answer) => (answer.endsWith('?') ? answer : null),
  );
  return { asked, result };
}

test('one that could ask is enough', async () => {
  const { asked, result } = await ask(['k0', 'k2'], ['free', 'taken']);
  assert.deepEqual(asked, ['k0 ens34 iputils']);
  assert.deepEqual(result, { answer: 'free' });
});

test('where one cannot ask, the next does, with its own arping', async () => {
  const { asked, result } = await ask(['k0', 'k2'], ['no route?', 'taken']);
  assert.deepEqual(asked, ['k0 ens34 iputils', 'k2 ens34 habets']);
  assert.deepEqual(result, { answer: 'taken' });
});

test('at most three are asked, and what kept each of them from it is said', async () => {
  const { result } = await ask(['k0', 'k2', 'k0', 'k2'], ['a?', 'b?', 'c?', 'free']);
  assert.deepEqual(result, { obstacle: 'a?; b?; c?' });
});

test('a node that the cluster no longer has is one that cannot ask', async () => {
  const { asked, result } = await ask(['gone', 'k2'], ['free']);
  assert.deepEqual(asked, ['k2 ens34 habets']);
  assert.deepEqual(result, { answer: 'free' });
  assert.match(JSON.stringify(await ask(['gone'], [])), /the cluster has no node gone/);
});

test('nobody to ask', async () => {
  assert.deepEqual(await ask([], []), { asked: [], result: null });
});
