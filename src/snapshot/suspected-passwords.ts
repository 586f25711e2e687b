/** A key that is called password or secret, as a text may have it that is no YAML. */
const SECRET_KEY = /["']?[\w-]*(?:pas+w|secret)[\w-]*["']?\s*[:=]?[ \t]*/gi;
/** What is left of a value, which may be shorter than the word; with a tag or an anchor before it. */
const DONE = /^([&!]\S*\s+)*(R(E(D(A(C(T(ED?)?)?)?)?)?)?|\*[^\s,\]}]+)(?=[\s,\]}]|$)/;

/** From a character of a text up to another. */
export interface Range {
  from: number;
  to: number;
}

/**
 * The rest of each line with such a key, or with the anchor of an alias behind one, where it is not
 * redacted, and what may go on with it.
 */
export function suspectRanges(text: string): Range[] {
  const ranges: Range[] = [];
  const anchors = anchorsIn(text);
  /** Says whether a line goes on with the value that began before. */
  let goesOn: (line: string) => boolean = () => false;
  for (const { from, line } of lines(text)) {
    const key = openKey(line, anchors);
    if (goesOn(line)) ranges.push({ from: from + indentOf(line), to: from + line.length });
    else if (key) {
      const start = key.index + key[0].length;
      ranges.push({ from: from + start, to: from + line.length });
      const column = key[0].startsWith('&') ? indentOf(line) : key.index;
      goesOn = continuation(line.slice(start), column);
    } else goesOn = () => false;
  }
  return ranges;
}

/** The anchors of what aliases put behind such a key. */
function anchorsIn(text: string): ReadonlySet<string> {
  const aliases = text.matchAll(
    new RegExp(`${SECRET_KEY.source}[\\s-]*\\*([^\\s,\\[\\]{}]+)`, 'gi'),
  );
  return new Set(Array.from(aliases, ([, name]) => `&${name}`));
}

const ANCHOR = /&[^\s,[\]{}]+[ \t]*/g;

/** The first such key or anchor in the line behind which is anything but REDACTED, or an alias. */
function openKey(line: string, anchors: ReadonlySet<string>): RegExpExecArray | undefined {
  const own = [...line.matchAll(ANCHOR)].filter(([anchor]) => anchors.has(anchor.trimEnd()));
  return [...line.matchAll(SECRET_KEY), ...own].find(
    (key) => !DONE.test(line.slice(key.index + key[0].length)),
  );
}

/**
 * What belongs to a value: up to its closing quote, or what is indented further than its key; the items of
 * a list may stand below the key.
 */
function continuation(value: string, column: number): (line: string) => boolean {
  const quote = /^["']/.exec(value)?.[0];
  let open = quote !== undefined && !value.slice(1).includes(quote);
  let empty = /^(\s|[&!]\S*)*(#.*)?$/.test(value);
  let isList = false;
  return (line) => {
    if (open && quote) {
      open = !line.includes(quote);
      return true;
    }
    if (line.trim() === '') return true;
    const isItem = indentOf(line) === column && /^\s*-(\s|$)/.test(line);
    isList ||= empty && isItem;
    const isNext = empty && !/^\s*(- |[\w-]+:)/.test(line);
    empty = false;
    return isNext || indentOf(line) > column || (isList && isItem);
  };
}

function indentOf(line: string): number {
  return line.length - line.trimStart().length;
}

function* lines(text: string): Generator<{ from: number; line: string }> {
  let from = 0;
  for (const line of text.split('\n')) {
    yield { from, line };
    from += line.length + 1;
  }
}
