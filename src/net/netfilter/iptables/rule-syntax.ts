import type { Malformed, Word } from './words.ts';

/** An option with its values, e.g. `! --dport 80`; names are without dashes. */
export interface Option {
  name: string;
  inverted: boolean;
  values: readonly Word[];
  column: number;
}

/** `-m NAME …`, `-j NAME …` or `-g NAME …` with the options that belong to it. */
export interface Extension {
  flag: '-m' | '-j' | '-g';
  name: string;
  options: Option[];
  column: number;
}

/** A rule taken apart, nothing of it understood or left out yet. */
export interface RuleSyntax {
  chain: string;
  counters: { packets: number; bytes: number } | null;
  /** -s, -d, -i, -o, -p and -f, by these names without dashes. */
  basic: Option[];
  matches: Extension[];
  target: Extension | null;
  /** From where on iptables-restore would refuse the line. */
  unread: { text: string; problem: Malformed } | null;
}
