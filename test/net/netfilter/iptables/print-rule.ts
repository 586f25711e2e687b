import {
  printExtension,
  printOption,
} from '../../../../src/net/netfilter/iptables/print-extension.ts';
import type { RuleSyntax } from '../../../../src/net/netfilter/iptables/rule-syntax.ts';

/** The rule as iptables-save writes it: what is parsed and printed is what it was. */
export function printRule(rule: RuleSyntax): string {
  const { counters, chain, basic, matches, target } = rule;
  return [
    ...(counters ? [`[${counters.packets}:${counters.bytes}]`] : []),
    `-A ${chain}`,
    ...basic.map((option) => printOption(option, '-')),
    ...matches.map(printExtension),
    ...(target ? [printExtension(target)] : []),
  ].join(' ');
}
