import type { Code, Found } from './finding.ts';

/** Which checks are made, and what of them is left out. */
export interface Selection {
  /** Codes, with `*` for any ending, e.g. `EXT2*`; empty: all. */
  only: readonly string[];
  ignore: readonly Ignored[];
}

export interface Ignored {
  /** As in `only`. */
  code: string;
  /** Of which objects; `*` and `?` stand for any. null: of all. */
  object: string | null;
}

/** Whether a check is made: one that is ignored altogether is not. */
export function isChosen({ only, ignore }: Selection, code: Code): boolean {
  const isWanted = only.length === 0 || only.some((pattern) => matches(pattern, code));
  return isWanted && !ignore.some((one) => one.object === null && matches(one.code, code));
}

/** Whether what a check found is to be left out. */
export function isIgnored({ ignore }: Selection, code: Code, { object }: Found): boolean {
  return ignore.some((one) => matches(one.code, code) && matches(one.object ?? '*', object));
}

/** Whether the text is as the pattern has it, where `*` is any text and `?` any character. */
export function matches(pattern: string, text: string): boolean {
  const source = pattern
    .replace(/[\\^$.|+()[\]{}]/g, '\\$&')
    .replaceAll('?', '.')
    .replace(/\*+/g, '.*');
  return new RegExp(`^${source}$`, 's').test(text);
}
