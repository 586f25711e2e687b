import { oneLine } from '../sanitize.ts';

/** More of a line no box has room for. */
const MOST_CHARACTERS = 160;

/** Letters, digits and what neither mermaid nor HTML nor Markdown reads anything into. */
const PLAIN = /[^\p{L}\p{N} .,:()/→…+=-]/gu;

/**
 * A text of one or more lines as mermaid takes it, with its quotes. All that has a meaning in mermaid,
 * in a directive (`%%{`), in Markdown or in HTML is a character reference, written as mermaid wants it.
 */
export function label(...lines: readonly string[]): string {
  const escaped = lines.map((line) =>
    oneLine(line, MOST_CHARACTERS).replace(PLAIN, (it) => `#${it.codePointAt(0)};`),
  );
  return `"${escaped.join('<br/>')}"`;
}
