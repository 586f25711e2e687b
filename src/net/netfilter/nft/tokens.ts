/** A word, a quoted string or a sign of nft's text form, with its place in what was read. */
export interface Token {
  text: string;
  quoted: boolean;
  start: number;
  end: number;
}

// A word ends at white space and at the signs below; `:` and `.` belong to it where they stand inside
// (10.0.0.1:80, ns1/svc1/tcp), and so do the brackets of [fd00::1]:80. A `#` that old versions of nft
// write before a match they cannot name is a sign.
const TOKEN =
  /"([^"\n]*)"?|\[[^\]\s]*\](?::[^\s{},;"]+)?|[<>=!]=|<<|>>|[{},;()|&^<>=!#]|[^\s{},;"()|&^<>=!#]+/g;

/** Cuts the text of one rule or of one set into tokens. Never fails. */
export function tokenize(text: string): Token[] {
  return [...text.matchAll(TOKEN)].flatMap((match): Token[] => {
    const [whole, quoted] = match;
    const token = { start: match.index, end: match.index + whole.length };
    if (quoted !== undefined || whole.startsWith('"')) {
      return [{ ...token, text: quoted ?? '', quoted: true }];
    }
    // `22: jump x`, as people write it: the colon is a sign of its own.
    if (/[^:]:$/.test(whole)) {
      return [
        { ...token, text: whole.slice(0, -1), quoted: false, end: token.end - 1 },
        { start: token.end - 1, end: token.end, text: ':', quoted: false },
      ];
    }
    return [{ ...token, text: whole, quoted: false }];
  });
}

/** Expressions are read by recursion, and what people write is a few levels deep. */
const DEEPEST = 100;

export class TooDeep extends SyntaxError {}

/** Reads tokens one after another. */
export class TokenReader {
  readonly source: string;
  readonly tokens: readonly Token[];
  position = 0;
  #depth = 0;

  constructor(source: string) {
    this.source = source;
    this.tokens = tokenize(source);
  }

  /** The text of the next token, or of one further on; undefined past the end, and for a quoted string. */
  peek(ahead = 0): string | undefined {
    const token = this.tokens[this.position + ahead];
    return token?.quoted ? undefined : token?.text;
  }

  get token(): Token | undefined {
    return this.tokens[this.position];
  }

  get done(): boolean {
    return this.position >= this.tokens.length;
  }

  /** Takes the next token if it is one of these words. */
  take(...words: string[]): string | null {
    const text = this.peek();
    if (text === undefined || !words.includes(text)) return null;
    this.position++;
    return text;
  }

  /** Takes the next token, whatever it is. Throws SyntaxError at the end. */
  next(): string {
    const token = this.tokens[this.position++];
    if (!token) throw new SyntaxError('the text ends too early');
    return token.text;
  }

  /** Takes this token. Throws SyntaxError when another stands there. */
  expect(text: string): void {
    const found = this.peek();
    if (found !== text) throw new SyntaxError(`${found ?? 'the end'} stands where ${text} belongs`);
    this.position++;
  }

  /** Takes a whole number. Throws SyntaxError when there is none. */
  number(): number {
    const text = this.next();
    if (!/^\d+$/.test(text)) throw new SyntaxError(`${text} is not a number`);
    return Number(text);
  }

  /** Reads what stands within something. Throws TooDeep where nobody would nest so deep. */
  nested<T>(read: () => T): T {
    if (this.#depth === DEEPEST) throw new TooDeep('this is nested too deep');
    this.#depth++;
    try {
      return read();
    } finally {
      this.#depth--;
    }
  }

  /** What stands between two positions, as it was written, on one line. */
  between(from: number, to = this.position): string {
    const first = this.tokens[from];
    const last = this.tokens[to - 1];
    if (!first || !last || to <= from) return '';
    return this.source.slice(first.start, last.end).replace(/\s+/g, ' ');
  }
}
