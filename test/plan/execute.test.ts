import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FailedError, LeftChangedError } from '../../src/errors.ts';
import type { Action, Plan, Step } from '../../src/plan/action.ts';
import { executePlan, type Runner } from '../../src/plan/execute.ts';

const announce = (ip: string): Action => ({
  type: 'announce',
  node: 'k0',
  ip,
  interface: 'ens34',
  arping: 'iputils',
});

function step(id: string, undoable = true): Step {
  const inverse = undoable ? announce(`undo ${id}`) : null;
  return { id, title: `do ${id}`, sign: '+', action: announce(id), inverse };
}

const PLAN: Plan = {
  changes: [],
  steps: [step('a'), step('b'), step('look', false), step('c')],
  warnings: [],
};

const boom = new FailedError('boom', { reason: 'boom' });
const lost = new FailedError('the lock is lost', { reason: 'lock-lost' });
const untouched = new FailedError('no', { reason: 'no', nothingChanged: true });

interface Given {
  fail?: Record<string, Error>;
  /** The first signal comes during this action. */
  interruptAt?: string;
  /** Both signals came during this action, which does not end. */
  interruptTwiceAt?: string;
  /** So often the lock is still ours. */
  lostAfter?: number;
}

/**
 * Carries PLAN out with a runner that stands in for cluster and nodes, because only it fails where
 * it is told to; it notes what was done.
 */
async function execute({ fail = {}, lostAfter, ...given }: Given = {}) {
  const done: string[] = [];
  const told: string[] = [];
  const [first, second] = [new AbortController(), new AbortController()];
  let checks = 0;
  const runner: Runner = {
    async checkLock() {
      checks += 1;
      if (lostAfter !== undefined && checks > lostAfter) throw lost;
    },
    async perform(action) {
      const name = nameOf(action);
      done.push(name);
      if (name === given.interruptAt) first.abort();
      if (name === given.interruptTwiceAt) {
        first.abort();
        second.abort();
        await new Promise(() => {});
      }
      if (fail[name]) throw fail[name];
      return name === 'look' ? [{ name: 'rules', outcome: 'passed', detail: 'there' }] : [];
    },
    commands: (actions) => actions.map((action) => `type: ${nameOf(action)}`),
    onStep: ({ id }, state) => told.push(`${id} ${state}`),
  };
  const interrupts = { first: first.signal, second: second.signal };
  const result = await executePlan(PLAN, runner, interrupts).catch((error: unknown) => error);
  return { done, told, result };
}

function nameOf(action: Action): string {
  return action.type === 'announce' ? action.ip : action.type;
}

function left(result: unknown): string[] {
  assert.ok(result instanceof LeftChangedError, `${result}`);
  assert.equal(result.exitCode, 5);
  return result.left.map(({ what, command }) => `${what}: ${command}`);
}

test('the steps are done in order, and what was verified is returned', async () => {
  const { done, told, result } = await execute();
  assert.deepEqual(done, ['a', 'b', 'look', 'c']);
  assert.deepEqual(result, [{ name: 'rules', outcome: 'passed', detail: 'there' }]);
  assert.deepEqual(told.slice(0, 3), ['a started', 'a done', 'b started']);
});

const FAILURES: [at: string, undone: string[]][] = [
  ['a', ['undo a']],
  ['b', ['undo b', 'undo a']],
  ['look', ['undo b', 'undo a']],
  ['c', ['undo c', 'undo b', 'undo a']],
];

for (const [at, undone] of FAILURES) {
  test(`when ${at} fails, perhaps half-way, it and what was done before is undone in reverse`, async () => {
    const { done, result } = await execute({ fail: { [at]: boom } });
    assert.equal(result, boom);
    assert.deepEqual(done.slice(done.indexOf(at) + 1), undone);
  });

  test(`when ${at} certainly changed nothing, only what was done before is undone`, async () => {
    const { done, result } = await execute({ fail: { [at]: untouched } });
    assert.equal(result, untouched);
    assert.deepEqual(
      done.slice(done.indexOf(at) + 1),
      undone.filter((name) => name !== `undo ${at}`),
    );
  });
}

test('what cannot be undone stays with all that came before it, and is named in order', async () => {
  const { done, told, result } = await execute({ fail: { c: boom, 'undo b': new Error('gone') } });
  assert.deepEqual(done.slice(4), ['undo c', 'undo b']);
  assert.deepEqual(left(result), ['do b: type: undo b', 'do a: type: undo a']);
  assert.equal((result as LeftChangedError).message, 'boom; "do b" could not be taken back: gone');
  assert.deepEqual(told.slice(-4), ['c undoing', 'c undone', 'b undoing', 'b left']);
});

test('the first signal lets the step finish, then all is undone', async () => {
  const { done, result } = await execute({ interruptAt: 'b' });
  assert.deepEqual(done, ['a', 'b', 'undo b', 'undo a']);
  assert.equal((result as FailedError).exitCode, 130);
  assert.equal((result as FailedError).message, 'interrupted; what was done is taken back');
});

test('a signal during the last step comes too late', async () => {
  const { done, result } = await execute({ interruptAt: 'c' });
  assert.deepEqual(done, ['a', 'b', 'look', 'c']);
  assert.ok(Array.isArray(result));
});

test('the second signal waits for nothing, not even for the step that runs', async () => {
  const { done, result } = await execute({ interruptTwiceAt: 'b' });
  assert.deepEqual(done, ['a', 'b']);
  assert.deepEqual(left(result), ['do b: type: undo b', 'do a: type: undo a']);
  assert.equal((result as LeftChangedError).message, 'interrupted');
});

test('the second signal ends the undoing, too', async () => {
  const { done, result } = await execute({ interruptAt: 'b', interruptTwiceAt: 'undo b' });
  assert.deepEqual(done, ['a', 'b', 'undo b']);
  assert.deepEqual(left(result), ['do b: type: undo b', 'do a: type: undo a']);
});

test('once the lock is lost no step is started, not even to undo', async () => {
  const none = await execute({ lostAfter: 0 });
  assert.deepEqual(none.done, []);
  assert.equal((none.result as FailedError).reason, 'lock-lost');

  const between = await execute({ lostAfter: 2 });
  assert.deepEqual(between.done, ['a', 'b']);
  assert.deepEqual(left(between.result), ['do b: type: undo b', 'do a: type: undo a']);

  const undoing = await execute({ lostAfter: 3, fail: { look: boom } });
  assert.deepEqual(undoing.done, ['a', 'b', 'look']);
  assert.deepEqual(left(undoing.result), ['do b: type: undo b', 'do a: type: undo a']);
  assert.equal(
    (undoing.result as LeftChangedError).message,
    'boom; "do b" could not be taken back: the lock is lost',
  );
});

test('what helps against the failure comes first, else what helps to take back', async () => {
  const denied = new FailedError('denied', { reason: 'node-denied', help: 'log in as root' });
  const helped = new FailedError('full', { reason: 'disk-full', help: 'make room' });
  const fail = { c: boom, 'undo c': denied };
  assert.equal(((await execute({ fail })).result as LeftChangedError).help, 'log in as root');
  const both = await execute({ fail: { ...fail, c: helped } });
  assert.equal((both.result as LeftChangedError).help, 'make room');
});
