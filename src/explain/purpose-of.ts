import type { Flow, Loss } from './explanation.ts';

/** In words, what the rule is for that loses packets of the flow; null: no rule does. */
export function purposeOf({ rule }: Loss, { phases }: Flow): string | null {
  if (!rule) return null;
  const decides = ({ chain, rule: text, line }: Flow['phases'][number]) =>
    chain === rule.chain && text === rule.rule && line === rule.line;
  return phases.findLast(decides)?.purpose ?? null;
}
