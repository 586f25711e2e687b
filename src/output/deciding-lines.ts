import type { ChalkInstance } from 'chalk';
import type { Flow } from '../explain/explanation.ts';
import { oneLine } from './sanitize.ts';
import { decidingOf } from './verdict-text.ts';

/** More of what loses packets only a document lists. */
const MOST_LISTED = 5;

/** What decides about a packet, below its verdict: the rules, and where there are several what each loses. */
export function decidingLines(flow: Flow, colors: ChalkInstance): string[] {
  const all = decidingOf(flow);
  const lines = all
    .slice(0, MOST_LISTED)
    .flatMap(({ says, rule }) => [
      ...(says === null ? [] : [`    ${oneLine(says)}`]),
      ...(rule === null ? [] : [`    ${says === null ? '' : '  '}${colors.dim(oneLine(rule))}`]),
    ]);
  const more = all.length - MOST_LISTED;
  if (more > 0) lines.push(`    … and ${more} more, which -o json lists`);
  return lines;
}
