import type { Chain } from './rules.ts';

/** The text of a rule, without parsing it where that can be. */
export function ruleText(chain: Chain, index: number): string {
  return chain.textOf?.(index) ?? chain.rule(index).text;
}

/** The texts of a chain's rules, of the first `most` where that is given. */
export function ruleTexts(chain: Chain, most: number = chain.size): string[] {
  const length = Math.min(chain.size, most);
  return Array.from({ length }, (_, index) => ruleText(chain, index));
}
