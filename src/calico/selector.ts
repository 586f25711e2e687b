import {
  type SelectorFault,
  selectorTokens,
  type Token,
  type TokenKind,
} from './selector-tokens.ts';

export type { SelectorFault } from './selector-tokens.ts';

/** What Calico's selector asks of labels. */
export type Selector =
  | { kind: 'all' | 'global' }
  | { kind: 'has'; label: string }
  | { kind: Comparison; label: string; value: string }
  | { kind: 'in' | 'not in'; label: string; values: readonly string[] }
  | { kind: 'not'; of: Selector }
  | { kind: 'and' | 'or'; of: readonly Selector[] };

type Comparison = '==' | '!=' | 'contains' | 'starts with' | 'ends with';

const COMPARISONS: readonly TokenKind[] = ['==', '!=', 'contains', 'starts with', 'ends with'];

/** Deeper than any selector that somebody wrote, and far from the end of the stack. */
const MAX_DEPTH = 200;

/**
 * Reads a selector of Calico; empty is `all()`. The grammar is that of libcalico-go/lib/selector/parser
 * (3.28 and 3.32), described at docs.tigera.io/calico/latest/reference/resources/globalnetworkpolicy
 * ("Selectors"): `||` binds least, then `&&`, then `!`.
 */
export function parseSelector(text: string): Selector | SelectorFault {
  const tokens = selectorTokens(text);
  if ('message' in tokens) return tokens;
  if (tokens[0]?.kind === 'end') return { kind: 'all' };
  const parser = new Parser(tokens);
  try {
    const selector = parser.either(0);
    parser.take('end', 'the selector should end here');
    return selector;
  } catch (error) {
    if (error instanceof Unexpected) return { message: error.message, column: error.column };
    throw error;
  }
}

class Unexpected extends Error {
  readonly column: number;

  constructor(message: string, column: number) {
    super(message);
    this.column = column;
  }
}

class Parser {
  readonly #tokens: readonly Token[];
  #at = 0;

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens;
  }

  either(depth: number): Selector {
    return this.#joined('||', 'or', () => this.#joined('&&', 'and', () => this.#operation(depth)));
  }

  take(kind: TokenKind, message: string): Token {
    const token = this.#peek();
    if (token.kind !== kind) throw new Unexpected(message, token.column);
    this.#at += 1;
    return token;
  }

  #joined(sign: TokenKind, kind: 'and' | 'or', part: () => Selector): Selector {
    const first = part();
    const more: Selector[] = [];
    while (this.#skip(sign)) more.push(part());
    return more.length === 0 ? first : { kind, of: [first, ...more] };
  }

  #operation(depth: number): Selector {
    let negated = false;
    while (this.#skip('!')) negated = !negated;
    const of = this.#positive(depth);
    return negated ? { kind: 'not', of } : of;
  }

  #positive(depth: number): Selector {
    const token = this.#peek();
    this.#at += token.kind === 'end' ? 0 : 1;
    switch (token.kind) {
      case 'all()':
        return { kind: 'all' };
      case 'global()':
        return { kind: 'global' };
      case 'has()':
        return { kind: 'has', label: token.value };
      case 'label':
        return this.#comparison(token.value);
      case '(': {
        if (depth >= MAX_DEPTH) throw new Unexpected('nested too deep', token.column);
        const inner = this.either(depth + 1);
        this.take(')', "')' is expected");
        return inner;
      }
      default:
        throw new Unexpected(
          token.kind === 'end' ? 'the selector ends too early' : 'a label is expected',
          token.column,
        );
    }
  }

  #comparison(label: string): Selector {
    const operator = this.#peek();
    this.#at += operator.kind === 'end' ? 0 : 1;
    if (operator.kind === 'in' || operator.kind === 'not in') {
      return { kind: operator.kind, label, values: this.#values() };
    }
    if (!COMPARISONS.includes(operator.kind)) {
      throw new Unexpected('behind a label an operator is expected', operator.column);
    }
    const { value } = this.take('string', 'a string between quotes is expected');
    return { kind: operator.kind as Comparison, label, value };
  }

  /** A comma may stand behind the last one, and there may be none. */
  #values(): string[] {
    this.take('{', "'{' is expected");
    const values: string[] = [];
    while (this.#peek().kind === 'string') {
      values.push(this.#peek().value);
      this.#at += 1;
      if (!this.#skip(',')) break;
    }
    this.take('}', "'}' is expected");
    return values;
  }

  #skip(kind: TokenKind): boolean {
    const is = this.#peek().kind === kind;
    if (is) this.#at += 1;
    return is;
  }

  /** The last one is the end, and nothing goes past it. */
  #peek(): Token {
    return this.#tokens[this.#at] as Token;
  }
}
