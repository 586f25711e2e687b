/** A piece of a listing: what stands before a `{`, a line, or a `}` on its own. */
export interface Piece {
  kind: 'open' | 'line' | 'close';
  text: string;
  start: number;
  /** The piece ended where a piece ends, not where the input does. */
  whole: boolean;
}

// A string, a comment to the end of its line, or one of the signs that end a piece.
const SIGN = /"[^"\n]*"?|#[^\n]*|[{}\n;]/g;

/** Cuts a listing at braces, line ends and semicolons; strings and comments are kept together. */
export class TextBlocks {
  readonly #text: string;
  readonly #signs = new RegExp(SIGN);
  #at = 0;
  #lineStarts: number[] | null = null;

  constructor(text: string) {
    this.#text = text;
  }

  get length(): number {
    return this.#text.length;
  }

  /** The next piece; undefined at the end. */
  next(): Piece | undefined {
    return this.#piece(false);
  }

  /** The next rule of a chain: braces inside it (`{ 80, 443 }`, `jump { … }`) do not end it. */
  nextRule(): Piece | undefined {
    return this.#piece(true);
  }

  /** What stands up to the brace that closes the one just opened. */
  body(): { text: string; closed: boolean } {
    const start = this.#at;
    let depth = 1;
    for (let found = this.#sign(start); found; found = this.#sign(found.index + found[0].length)) {
      const { 0: sign, index } = found;
      if (sign === '{') depth++;
      if (sign === '}' && --depth === 0) {
        this.#at = index + 1;
        return { text: this.#text.slice(start, index), closed: true };
      }
    }
    this.#at = this.#text.length;
    return { text: this.#text.slice(start), closed: false };
  }

  /** The line of an offset, from 1. */
  lineOf(offset: number): number {
    const starts = this.#starts();
    let [low, high] = [0, starts.length];
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if ((starts[middle] ?? 0) <= offset) low = middle;
      else high = middle;
    }
    return low + 1;
  }

  /** The column of an offset, from 1. */
  columnOf(offset: number): number {
    return offset - (this.#starts()[this.lineOf(offset) - 1] ?? 0) + 1;
  }

  #piece(keepBraces: boolean): Piece | undefined {
    for (;;) {
      const start = this.#at;
      const piece = this.#cut(start, keepBraces);
      if (!piece) return undefined;
      const text = piece.text.trim();
      if (text === '' && piece.kind === 'line') continue;
      return { ...piece, text, start: start + (piece.text.length - piece.text.trimStart().length) };
    }
  }

  #cut(start: number, keepBraces: boolean): Omit<Piece, 'start'> | undefined {
    let depth = 0;
    for (let found = this.#sign(start); found; found = this.#sign(found.index + found[0].length)) {
      const { 0: sign, index } = found;
      const text = this.#text.slice(start, index);
      if (sign === '{' && keepBraces) depth++;
      else if (sign === '{') return this.#end(index + 1, 'open', text);
      else if (sign === '}' && depth > 0) depth--;
      else if (sign === '}' && text.trim() === '') return this.#end(index + 1, 'close', '');
      else if (sign === '}') return this.#end(index, 'line', text);
      else if ((sign === '\n' || sign === ';') && depth === 0)
        return this.#end(index + 1, 'line', text);
    }
    if (start >= this.#text.length) return undefined;
    this.#at = this.#text.length;
    return { kind: 'line', text: this.#text.slice(start), whole: false };
  }

  #end(at: number, kind: Piece['kind'], text: string): Omit<Piece, 'start'> {
    this.#at = at;
    return { kind, text, whole: true };
  }

  // The next sign from `at` on; null at the end.
  #sign(at: number): RegExpExecArray | null {
    this.#signs.lastIndex = at;
    return this.#signs.exec(this.#text);
  }

  #starts(): number[] {
    if (this.#lineStarts) return this.#lineStarts;
    this.#lineStarts = [0];
    for (let at = this.#text.indexOf('\n'); at !== -1; at = this.#text.indexOf('\n', at + 1)) {
      this.#lineStarts.push(at + 1);
    }
    return this.#lineStarts;
  }
}
