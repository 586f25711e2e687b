import type { Family } from '../../ip.ts';
import type { Step } from '../rules.ts';
import { type Condition, not } from './condition.ts';
import type { Extension, Option } from './rule-syntax.ts';
import type { Word } from './words.ts';

/** What a match has to know of the rule that it stands in. */
export interface RuleContext {
  family: Family;
  chain: string;
  /** Sets that some rule enters packets in: one that such a set does not list may be in it by now. */
  filledSets(): ReadonlySet<string>;
}

/** How a match of iptables is read. */
export interface MatchModel {
  /** How many words follow each option. */
  options: Readonly<Record<string, number>>;
  /**
   * What has to hold, all of it. null: this use of the match is not modelled.
   * Throws Malformed for a value that iptables would refuse.
   */
  conditions(extension: Extension, context: RuleContext): Step[] | null;
}

type OptionTest = (values: readonly Word[], context: RuleContext) => Condition;

/** A match whose options each say something by themselves and are inverted by themselves. */
export function perOption(options: Readonly<Record<string, [number, OptionTest]>>): MatchModel {
  return {
    options: Object.fromEntries(
      Object.entries(options).map(([name, [values]]) => [name, values] as const),
    ),
    conditions: (extension, context) =>
      ifAll(extension.options, ({ name, inverted, values }) => {
        const condition = options[name]?.[1](values, context);
        return condition && (inverted ? not(condition) : condition);
      }),
  };
}

/** What `read` makes of each; null as soon as it makes nothing of one. */
export function ifAll<T>(
  options: readonly Option[],
  read: (option: Option) => T | undefined,
): T[] | null {
  const results: T[] = [];
  for (const option of options) {
    const result = read(option);
    if (result === undefined) return null;
    results.push(result);
  }
  return results;
}
