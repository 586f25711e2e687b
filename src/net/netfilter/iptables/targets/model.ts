import type { Step } from '../../rules.ts';
import type { RuleContext } from '../model.ts';
import type { Extension, Option } from '../rule-syntax.ts';

/** How a target of iptables is read. */
export interface TargetModel {
  /** How many words follow each option. */
  options: Readonly<Record<string, number>>;
  /**
   * What the target does. null: this use of it is not modelled.
   * Throws Malformed for a value that iptables would refuse.
   */
  step(extension: Extension, context: RuleContext): Step | null;
}

/** The option of this name, if the target has it. */
export function optionOf({ options }: Extension, wanted: string): Option | undefined {
  return options.find(({ name }) => name === wanted);
}
