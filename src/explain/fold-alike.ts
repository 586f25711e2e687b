import type { PhaseRecord } from './explanation.ts';
import type { Step } from './tree.ts';

type Fork = Step & { kind: 'fork' };

/**
 * The steps with what all branches of a chance do alike in the end told behind the fork, once: what
 * begins with another hook than the fork's, since within one it matters which chain they are in.
 * `told`: what a reader sees of a phase; phases that look the same are alike.
 */
export function foldAlike(steps: readonly Step[], told: (phase: PhaseRecord) => unknown): Step[] {
  return steps.flatMap((step) => {
    if (step.kind !== 'fork') return [step];
    const branches = step.branches.map((it) => ({ ...it, steps: foldAlike(it.steps, told) }));
    const fork = { ...step, branches };
    const count = step.question ? 0 : countAlike(fork, told);
    if (count === 0) return [fork];
    const tail = branches[0]?.steps.slice(-count) ?? [];
    const own = branches.map((it) => ({ ...it, steps: it.steps.slice(0, -count) }));
    return [{ ...fork, branches: own }, ...tail];
  });
}

/** How many steps at the end are the same in all branches, and begin a hook or what is between. */
function countAlike({ at, branches }: Fork, told: (phase: PhaseRecord) => unknown): number {
  const [first, ...others] = branches.map(({ steps }) =>
    steps.map((step) => JSON.stringify(step, (key, value) => toldOnly(key, value, told))),
  );
  const own = branches[0]?.steps ?? [];
  if (!first) return 0;
  let alike = 0;
  while (
    alike < first.length &&
    others.every((other) => other.at(-1 - alike) === first.at(-1 - alike))
  ) {
    alike++;
  }
  while (alike > 0 && !beginsAnew(own, own.length - alike, at?.hook ?? null)) alike--;
  return alike;
}

/** For JSON.stringify: of phases and ends what a reader sees of them. */
function toldOnly(key: string, value: unknown, told: (phase: PhaseRecord) => unknown): unknown {
  if (key === 'phase' || key === 'at') return value && told(value as PhaseRecord);
  if (key !== 'end') return value;
  const { leg, outcome, reason } = value as (Step & { kind: 'end' })['end'];
  return { leg, outcome, reason };
}

/** Whether this step is at another hook than those before it, or between hooks. */
function beginsAnew(steps: readonly Step[], at: number, forkHook: string | null): boolean {
  const step = steps[at];
  if (step?.kind === 'end') return true;
  const hook = step && hookOf(step);
  if (hook === undefined) return false;
  const before = steps.slice(0, at).findLast((it) => hookOf(it) !== undefined);
  return hook === null || hook !== (before ? hookOf(before) : forkHook);
}

function hookOf(step: Step): string | null | undefined {
  if (step.kind === 'phase') return step.phase.hook;
  return step.kind === 'fork' ? (step.at?.hook ?? null) : undefined;
}
