import { type Document, isAlias, isNode, isScalar, type Node, parseDocument, visit } from 'yaml';

const REDACTED = 'REDACTED';
/** The key of MetalLB's configuration, and what a typing error makes of it. */
const SECRET_WORD = /pas+w|secret/i;
const SECRET_KEY = /["']?[\w-]*(?:pas+w|secret)[\w-]*["']?\s*[:=]?[ \t]*/i;
/** What is left of a value, which may be shorter than the word; with a tag or an anchor before it. */
const DONE = /^([&!]\S*\s+)*(R(E(D(A(C(T(ED?)?)?)?)?)?)?|\*[^\s,\]}]+)(?=[\s,\]}]|$)/;
/** Characters by which YAML goes: to mask them would mend or move what does not parse. */
const STRUCTURE = /[\s:{}[\],"'#&*!|>?%@`-]/;

interface Range {
  from: number;
  to: number;
}

/**
 * The YAML text with REDACTED for what is behind a key that is called password. Everything else keeps
 * its line and column, and a text that does not parse goes on not to parse at the same place; there,
 * what may belong to a password is masked, rather too much than too little.
 */
export function redactPasswords(text: string): string {
  const document = parseDocument(text);
  if (document.errors.length === 0) {
    const redacted = redact(text, valueRanges(document));
    // In comments, and in texts that only look so, there may be one, too.
    return mask(redacted, suspectRanges(redacted));
  }
  const ranges = suspectRanges(text);
  const redacted = redact(text, ranges);
  return firstError(redacted) === firstError(text) ? redacted : mask(text, ranges);
}

function firstError(text: string): number | undefined {
  return parseDocument(text).errors[0]?.pos[0];
}

/** Where the values are; of an alias the value that it stands for. */
function valueRanges(document: Document): Range[] {
  const ranges: Range[] = [];
  const add = (node: Node | undefined) => {
    if (node?.range) ranges.push({ from: node.range[0], to: node.range[1] });
  };
  visit(document, {
    Pair(_, { key, value }) {
      if (!isScalar(key) || !SECRET_WORD.test(String(key.value)) || !isNode(value)) return;
      add(isAlias(value) ? value.resolve(document) : value);
    },
  });
  return ranges;
}

/** The rest of each line with such a word, where it is not redacted, and what may go on with it. */
function suspectRanges(text: string): Range[] {
  const ranges: Range[] = [];
  /** Says whether a line goes on with the value that began before. */
  let goesOn: (line: string) => boolean = () => false;
  for (const { from, line } of lines(text)) {
    const key = openKey(line);
    if (goesOn(line)) ranges.push({ from: from + indentOf(line), to: from + line.length });
    else if (key) {
      const start = key.index + key[0].length;
      ranges.push({ from: from + start, to: from + line.length });
      goesOn = continuation(line.slice(start), key.index);
    } else goesOn = () => false;
  }
  return ranges;
}

/** The first such word in the line behind which is anything but REDACTED, or an alias. */
function openKey(line: string): RegExpExecArray | undefined {
  return [...line.matchAll(new RegExp(SECRET_KEY, 'gi'))].find(
    (key) => !DONE.test(line.slice(key.index + key[0].length)),
  );
}

/** What belongs to a value: up to its closing quote, or what is indented further than its key. */
function continuation(value: string, column: number): (line: string) => boolean {
  const quote = /^["']/.exec(value)?.[0];
  let open = quote !== undefined && !value.slice(1).includes(quote);
  let empty = value.trim() === '';
  return (line) => {
    if (open && quote) {
      open = !line.includes(quote);
      return true;
    }
    if (line.trim() === '') return true;
    const isNext = empty && !/^\s*(- |[\w-]+:)/.test(line);
    empty = false;
    return isNext || indentOf(line) > column;
  };
}

function indentOf(line: string): number {
  return line.length - line.trimStart().length;
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

function* lines(text: string): Generator<{ from: number; line: string }> {
  let from = 0;
  for (const line of text.split('\n')) {
    yield { from, line };
    from += line.length + 1;
  }
}
