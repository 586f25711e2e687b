import { shortly } from './fate.ts';
import type { Ground } from './ground.ts';
import type { Played } from './play.ts';

/** A situation that was played, or why it could not be. */
export interface Row {
  what: string;
  played: readonly Played[] | string;
}

/** Situations by askers: what is to be seen, and what was seen and said where that is something else. */
export function matrix(title: string, rows: readonly Row[], ground: Ground): string {
  const hosts = ground.askers.map(({ host }) => host);
  const head = [title, ...hosts];
  const lines = rows.map(({ what, played }) => [
    what,
    ...(typeof played === 'string' ? [played] : hosts.map((host) => cell(host, played, ground))),
  ]);
  const widths = head.map((_, at) =>
    Math.max(...[head, ...lines].map((line) => line[at]?.length ?? 0)),
  );
  return [head, ...lines]
    .map((line) => `| ${line.map((text, at) => text.padEnd(widths[at] ?? 0)).join(' | ')} |`)
    .join('\n');
}

function cell(host: string, played: readonly Played[], ground: Ground): string {
  const found = played.find((it) => it.host === host);
  if (!found) return '';
  const [expected, seen, said] = [found.expected, found.seen, found.said].map((fate) =>
    shortly(fate, ground),
  );
  if (found.expected === found.seen && found.seen === found.said) return expected ?? '';
  return `expected ${expected}, seen ${seen}, SAID ${said}`;
}

/** How many of the flows are seen and said as they are to be. */
export function countRight(rows: readonly Row[]): { right: number; all: number } {
  const played = rows.flatMap((row) => (typeof row.played === 'string' ? [] : row.played));
  const right = played.filter(({ expected, seen, said }) => expected === seen && seen === said);
  return { right: right.length, all: played.length };
}
