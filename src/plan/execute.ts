import { type ExtipError, InterruptedError, type LeftChange, LeftChangedError } from '../errors.ts';
import { unlessAborted } from '../unless-aborted.ts';
import type { Action, Plan, Step } from './action.ts';

/** What a verification looked at, and what it found. */
export interface Check {
  name: 'persistence' | 'announce' | 'rules' | 'connect' | 'neighbour' | 'outside' | 'access';
  outcome: 'passed' | 'failed' | 'skipped';
  detail: string;
}

/** What carries out single actions; the executor itself touches nothing. */
export interface Runner {
  /** Throws when the lock is no longer ours: then no further step is started. */
  checkLock(): Promise<void>;
  /** Carries the action out; returns the checks of a verification, else nothing. */
  perform(action: Action): Promise<Check[]>;
  /** The literal commands that carry the actions out by hand, in order; null: nothing to do. */
  commands(actions: readonly Action[]): (string | null)[];
  onStep(step: Step, state: 'started' | 'done' | 'failed' | 'undoing' | 'undone' | 'left'): void;
}

/** The two ways to be interrupted: the first signal, after which is rolled back, and the second. */
export interface Interrupts {
  first: AbortSignal;
  second: AbortSignal;
}

/**
 * Carries the plan's steps out in order and returns what its verification found. When a step
 * fails, or at the first signal, the steps done are taken back in reverse, up to the first that
 * cannot be: a plan records before it changes, so what is left is still recorded. It is named in a
 * LeftChangedError with the commands that take it back. A lost lock and a second signal stop at
 * once, because taking back needs the lock and the time.
 */
export async function executePlan(
  plan: Plan,
  runner: Runner,
  interrupts: Interrupts,
): Promise<Check[]> {
  const done: Step[] = [];
  const checks: Check[] = [];
  for (const step of plan.steps) {
    if (interrupts.first.aborted) {
      await rollBack(done, runner, interrupts, interrupted());
      throw interrupted('; what was done is taken back');
    }
    try {
      await unlessAborted(runner.checkLock(), interrupts.second);
    } catch (error) {
      throw stoppedWith(done, runner, error);
    }
    runner.onStep(step, 'started');
    try {
      checks.push(...(await unlessAborted(runner.perform(step.action), interrupts.second)));
    } catch (error) {
      runner.onStep(step, 'failed');
      const touched = nothingChanged(error) ? done : [...done, step];
      if (interrupts.second.aborted) throw stoppedWith(touched, runner, error);
      await rollBack(touched, runner, interrupts, error);
      throw error;
    }
    done.push(step);
    runner.onStep(step, 'done');
  }
  return checks;
}

async function rollBack(
  done: Step[],
  runner: Runner,
  interrupts: Interrupts,
  why: unknown,
): Promise<void> {
  for (const [index, step] of [...done.entries()].reverse()) {
    if (step.inverse === null) continue;
    runner.onStep(step, 'undoing');
    try {
      await unlessAborted(runner.checkLock(), interrupts.second);
      await unlessAborted(runner.perform(step.inverse), interrupts.second);
    } catch (error) {
      runner.onStep(step, 'left');
      throw stoppedWith(done.slice(0, index + 1), runner, why, { step, error });
    }
    runner.onStep(step, 'undone');
  }
}

function interrupted(outcome = ''): InterruptedError {
  return new InterruptedError(`interrupted${outcome}`, { reason: 'interrupted' });
}

function nothingChanged(error: unknown): boolean {
  return (error as Partial<ExtipError>).nothingChanged === true;
}

/**
 * The error that names the steps whose effect may remain, in the order to take them back, and which
 * of them could not be taken back, and why, where that was tried.
 */
function stoppedWith(
  steps: Step[],
  runner: Runner,
  why: unknown,
  undoing?: { step: Step; error: unknown },
): unknown {
  const remaining = steps
    .toReversed()
    .flatMap(({ title, inverse }) => (inverse ? [{ title, inverse }] : []));
  const commands = runner.commands(remaining.map(({ inverse }) => inverse));
  const left: LeftChange[] = remaining.flatMap(({ title }, index) => {
    const command = commands[index];
    return command ? [{ what: title, command }] : [];
  });
  if (left.length === 0) return why;
  const { message, help } = told(why);
  if (!undoing) {
    return new LeftChangedError(message, { reason: 'left-changed', left, help, cause: why });
  }
  const failure = told(undoing.error);
  return new LeftChangedError(
    `${message}; "${undoing.step.title}" could not be taken back: ${failure.message}`,
    { reason: 'left-changed', left, help: help ?? failure.help, cause: why },
  );
}

function told(error: unknown): { message: string; help?: string | undefined } {
  const { message = String(error), help } = error as Partial<ExtipError>;
  return { message, help };
}
