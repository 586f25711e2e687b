import type { Problem } from '../problem.ts';

export interface JsonItem {
  value: object;
  line: number;
  column: number;
}

// Strings are skipped whole; line ends are counted, brackets matched.
const SIGN = /"(?:[^"\\]|\\.)*"?|[{}[\]\n]/g;

/** Expressions are read by recursion, and what nft prints is a few levels deep. */
const DEEPEST = 200;
const TOO_DEEP = 'this item is damaged: it is nested too deep';
const NOT_JSON = 'this item is damaged: it is not JSON';

/**
 * The objects of the list in `{"nftables": [ … ]}`, each read for itself, so that one that is damaged
 * does not take the others with it and each has its place in the input.
 */
export function jsonItems(text: string): { items: JsonItem[]; problems: Problem[] } {
  const items: JsonItem[] = [];
  const problems: Problem[] = [];
  let depth = 0;
  let deepest = 0;
  let line = 1;
  let lineStart = 0;
  let start = { offset: 0, line: 1, column: 1 };

  if (!/^\s*\{\s*"nftables"\s*:\s*\[/.test(text)) {
    const message = 'this is not what nft -j prints: {"nftables": [ … ]}';
    return { items, problems: [{ line, column: 1, message }] };
  }
  for (const { 0: sign, index } of text.matchAll(SIGN)) {
    if (sign === '\n') {
      line++;
      lineStart = index + 1;
    } else if (sign === '{' || sign === '[') {
      if (depth === 2) {
        start = { offset: index, line, column: index - lineStart + 1 };
        deepest = 0;
      }
      deepest = Math.max(deepest, ++depth);
    } else if (sign === '}' || sign === ']') {
      depth--;
      if (depth !== 2) continue;
      const { line, column } = start;
      const value = deepest <= DEEPEST && parse(text.slice(start.offset, index + 1));
      if (value) items.push({ value, line, column });
      else problems.push({ line, column, message: deepest > DEEPEST ? TOO_DEEP : NOT_JSON });
    }
  }
  if (depth > 0) {
    const column = text.length - lineStart + 1;
    const inside = depth > 2 ? `the item that begins in column ${start.column}` : 'the list';
    problems.push({ line, column, message: `the input ends inside ${inside}` });
  }
  return { items, problems };
}

function parse(text: string): object | null {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
