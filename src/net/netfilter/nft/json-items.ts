import type { Problem } from '../problem.ts';

export interface JsonItem {
  value: object;
  line: number;
  column: number;
}

// Strings are skipped whole; line ends are counted, brackets matched.
const SIGN = /"(?:[^"\\]|\\.)*"?|[{}[\]\n]/g;

/**
 * The objects of the list in `{"nftables": [ … ]}`, each read for itself, so that one that is damaged
 * does not take the others with it and each has its place in the input.
 */
export function jsonItems(text: string): { items: JsonItem[]; problems: Problem[] } {
  const items: JsonItem[] = [];
  const problems: Problem[] = [];
  let depth = 0;
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
      if (depth === 2) start = { offset: index, line, column: index - lineStart + 1 };
      depth++;
    } else if (sign === '}' || sign === ']') {
      depth--;
      if (depth !== 2) continue;
      const { line, column } = start;
      const value = parse(text.slice(start.offset, index + 1));
      if (value) items.push({ value, line, column });
      else problems.push({ line, column, message: 'this item is damaged: it is not JSON' });
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
