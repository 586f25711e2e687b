import { type Document, isAlias, isNode, isScalar, isSeq, Lexer, parseDocument, visit } from 'yaml';
import { type Range, suspectRanges } from './suspected-passwords.ts';

const REDACTED = 'REDACTED';
/** The key of MetalLB's configuration, and what a typing error makes of it. */
const SECRET_WORD = /pas+w|secret/i;
/** Characters by which YAML goes: to mask them would mend or move what does not parse. */
const STRUCTURE = /[\s:{}[\],"'#&*!|>?%@`-]/;

/**
 * The YAML text with REDACTED for what is behind a key that is called password, and without what
 * comments say. Everything else keeps its line and column, and a text that does not parse goes on not to
 * parse at the same place; there, what may belong to a password is masked, rather too much than too
 * little.
 */
export function redactPasswords(text: string): string {
  const document = parseDocument(text);
  if (document.errors.length === 0) {
    const redacted = redact(text, valueRanges(document));
    // In texts that only look so there may be one, too.
    return mask(redacted, [...commentRanges(redacted), ...suspectRanges(redacted)]);
  }
  const ranges = [...commentRanges(text), ...suspectRanges(text)];
  const redacted = redact(text, ranges);
  return firstError(redacted) === firstError(text) ? redacted : mask(text, ranges);
}

function firstError(text: string): number | undefined {
  return parseDocument(text).errors[0]?.pos[0];
}

/** Where the values are; of an alias the value that it stands for, of a list each item. */
function valueRanges(document: Document): Range[] {
  const ranges: Range[] = [];
  const seen = new Set<unknown>();
  const add = (value: unknown) => {
    const node = isAlias(value) ? value.resolve(document) : value;
    if (seen.has(node)) return;
    seen.add(node);
    if (isSeq(node)) node.items.forEach(add);
    else if (isNode(node) && node.range) ranges.push({ from: node.range[0], to: node.range[1] });
  };
  visit(document, {
    Pair(_, { key, value }) {
      if (isScalar(key) && SECRET_WORD.test(String(key.value))) add(value);
    },
  });
  return ranges;
}

/** Before a scalar the lexer puts a mark, as it does at the beginning and where a flow ends too early. */
const MARKS = ['\u0002', '\u0018', '\u001f'];

/** What is behind the # of each comment. */
function commentRanges(text: string): Range[] {
  const ranges: Range[] = [];
  let from = 0;
  let before = '';
  for (const token of new Lexer().lex(text)) {
    const isMark = MARKS.includes(token);
    const isComment = token.startsWith('#') && before !== '\u001f';
    if (isComment) ranges.push({ from: from + 1, to: from + token.length });
    if (!isMark) from += token.length;
    before = token;
  }
  return ranges;
}

function redact(text: string, ranges: readonly Range[]): string {
  return replace(text, ranges, (value, isLast) =>
    value
      .split('\n')
      .map((line, index) => {
        if (index > 0) return ' '.repeat(line.length);
        return isLast || value.includes('\n') ? REDACTED : fit(line.length);
      })
      .join('\n'),
  );
}

/** As long as the value was: what follows in the line stays where it is. */
function fit(length: number): string {
  return REDACTED.slice(0, length).padEnd(length);
}

function mask(text: string, ranges: readonly Range[]): string {
  return replace(text, ranges, (value) =>
    [...value]
      .map((character, index) =>
        STRUCTURE.test(character) ? character : REDACTED[index % REDACTED.length],
      )
      .join(''),
  );
}

/** `isLast`: nothing follows in its line. */
function replace(
  text: string,
  ranges: readonly Range[],
  replacement: (value: string, isLast: boolean) => string,
): string {
  let result = '';
  let done = 0;
  for (const { from, to } of [...ranges].sort((a, b) => a.from - b.from)) {
    const start = Math.max(from, done);
    if (to <= start) continue;
    const isLast = /^[ \t\r]*(\n|$)/.test(text.slice(to, to + 200));
    result += text.slice(done, start) + replacement(text.slice(start, to), isLast);
    done = to;
  }
  return result + text.slice(done);
}
