import type { PhaseRecord } from './explanation.ts';
import type { Step } from './tree.ts';

/** Without what is of no consequence: jumps into chains where nothing matched, ends of chains. */
export function withoutIdle(steps: readonly Step[]): Step[] {
  const kept: Step[] = [];
  for (const step of steps) {
    if (step.kind === 'fork') {
      const branches = step.branches.map((branch) => ({
        ...branch,
        steps: withoutIdle(branch.steps),
      }));
      kept.push({ ...step, branches });
    } else if (step.kind !== 'phase') {
      kept.push(step);
    } else if (step.phase.action === 'chain-end') {
      dropIdleJump(kept, step.phase);
    } else if (!isIdle(step.phase)) {
      kept.push(step);
    }
  }
  return kept;
}

function isIdle({ action, effect }: PhaseRecord): boolean {
  return (action === 'policy' && effect === 'accept') || action === 'conntrack';
}

/** The jump that led to this chain's end, if nothing happened in between. */
function dropIdleJump(kept: Step[], { chain }: PhaseRecord): void {
  const last = kept.at(-1);
  if (last?.kind !== 'phase') return;
  const { action, effect } = last.phase;
  if ((action === 'jump' || action === 'goto') && effect === chain) kept.pop();
}
