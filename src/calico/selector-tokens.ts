/** What is wrong with a selector, and at which character of it, the first being 1. */
export interface SelectorFault {
  message: string;
  column: number;
}

export type TokenKind =
  | '('
  | ')'
  | '{'
  | '}'
  | ','
  | '=='
  | '!='
  | '!'
  | '&&'
  | '||'
  | 'all()'
  | 'global()'
  | 'has()'
  | 'contains'
  | 'starts with'
  | 'ends with'
  | 'in'
  | 'not in'
  | 'label'
  | 'string'
  | 'end';

export interface Token {
  kind: TokenKind;
  /** A label's name, or a string without its quotes; else empty. */
  value: string;
  column: number;
}

const LABEL = '[a-zA-Z0-9_./-]{1,512}';
const SIGNS = /(==|!=|&&|\|\||[(){},!])/y;
const QUOTED = /"([^"]*)"|'([^']*)'/y;
const CALLS = new RegExp(`has\\([ \\t]*(${LABEL})[ \\t]*\\)|(all|global)\\([ \\t]*\\)`, 'y');
const OPERATOR = /(contains)|(starts)[ \t]*with|(ends)[ \t]*with|(not)[ \t]*in\b|(in)\b/y;
const OPERATORS: readonly TokenKind[] = ['contains', 'starts with', 'ends with', 'not in', 'in'];
const NAME = new RegExp(LABEL, 'y');

/**
 * The words of a selector, as Calico cuts them (libcalico-go/lib/selector/tokenizer, 3.28 and 3.32): only
 * blanks and tabs between them, a string ends at the next quote of its kind, and right behind a label
 * only an operator may stand, so that labels may be called `in` or `has`.
 */
export function selectorTokens(text: string): Token[] | SelectorFault {
  const tokens: Token[] = [];
  let at = 0;
  const read = (pattern: RegExp) => {
    pattern.lastIndex = at;
    return pattern.exec(text);
  };
  for (;;) {
    while (text[at] === ' ' || text[at] === '\t') at += 1;
    const column = at + 1;
    if (at >= text.length) return [...tokens, { kind: 'end', value: '', column }];
    const found = next(read, text, at, tokens.at(-1)?.kind === 'label');
    if ('message' in found) return { ...found, column };
    tokens.push({ kind: found.kind, value: found.value, column });
    at += found.length;
  }
}

function next(
  read: (pattern: RegExp) => RegExpExecArray | null,
  text: string,
  at: number,
  afterLabel: boolean,
): { kind: TokenKind; value: string; length: number } | { message: string } {
  const sign = read(SIGNS);
  if (sign) return { kind: sign[0] as TokenKind, value: '', length: sign[0].length };
  const quoted = read(QUOTED);
  if (quoted) {
    return { kind: 'string', value: quoted[1] ?? quoted[2] ?? '', length: quoted[0].length };
  }
  if (text[at] === '"' || text[at] === "'") return { message: 'the string has no end' };
  if (afterLabel) {
    const operator = read(OPERATOR);
    const which = operator ? operator.slice(1).findIndex((group) => group !== undefined) : -1;
    const kind = OPERATORS[which];
    if (!operator || !kind) return { message: 'behind a label an operator is expected' };
    return { kind, value: '', length: operator[0].length };
  }
  const call = read(CALLS);
  if (call) {
    const kind = call[2] === undefined ? 'has()' : (`${call[2]}()` as TokenKind);
    return { kind, value: call[1] ?? '', length: call[0].length };
  }
  const name = read(NAME);
  if (name) return { kind: 'label', value: name[0], length: name[0].length };
  return { message: `${JSON.stringify(text[at])} is not expected` };
}
