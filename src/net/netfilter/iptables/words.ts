/** One word of a line, as iptables-restore splits it. */
export interface Word {
  /** Without quotes and escapes. */
  text: string;
  quoted: boolean;
  /** Where it begins in the line, from 1. */
  column: number;
}

/** What a dump holds and a program cannot read: `column` counts characters from 1. */
export class Malformed extends Error {
  column: number;

  constructor(column: number, message: string) {
    super(message);
    this.column = column;
  }
}

const WORD = /"((?:[^"\\]|\\.)*)"(?=\s|$)|[^\s"]\S*/gy;

/**
 * Splits a line into words. Within double quotes a backslash keeps the next character; elsewhere no
 * character is special (iptables 1.8.9, xshared.c add_param_to_argv).
 * Throws Malformed where a quote is never closed.
 */
export function splitWords(line: string, firstColumn = 1): Word[] {
  const words: Word[] = [];
  for (let at = skipBlanks(line, 0); at < line.length; at = skipBlanks(line, WORD.lastIndex)) {
    WORD.lastIndex = at;
    const match = WORD.exec(line);
    if (!match) throw new Malformed(firstColumn + at, 'a quote is opened and never closed');
    const quoted = match[1] !== undefined;
    const text = quoted ? (match[1] ?? '').replaceAll(/\\(.)/g, '$1') : match[0];
    words.push({ text, quoted, column: firstColumn + at });
  }
  return words;
}

/** Writes words as iptables-save does (libxtables 1.8.9, xtables_save_string). */
export function joinWords(words: readonly Pick<Word, 'text' | 'quoted'>[]): string {
  return words
    .map(({ text, quoted }) => (quoted ? `"${text.replaceAll(/["'\\]/g, '\\$&')}"` : text))
    .join(' ');
}

function skipBlanks(line: string, from: number): number {
  let at = from;
  while (at < line.length && /\s/.test(line.charAt(at))) at++;
  return at;
}
