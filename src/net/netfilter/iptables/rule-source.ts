import type { Problem } from '../problem.ts';
import { ask, matches } from '../questions.ts';
import type { Rule } from '../rules.ts';
import { LF } from './ascii.ts';
import { compileRule } from './compile-rule.ts';
import type { LineIndex } from './line-index.ts';
import type { RuleContext } from './model.ts';
import { parseRule } from './parse-rule.ts';
import type { RuleSyntax } from './rule-syntax.ts';
import { Malformed } from './words.ts';

/** The bytes of a dump with the places of its rules, which are read when somebody asks for them. */
export class RuleSource {
  readonly bytes: Buffer;
  /** What iptables-restore would refuse of the rules that walks have come to. */
  readonly problems: Problem[] = [];
  readonly #index: LineIndex;
  #filledSets: ReadonlySet<string> | null = null;

  constructor(bytes: Buffer, index: LineIndex) {
    this.bytes = bytes;
    this.#index = index;
  }

  /** Where the line of a rule begins. */
  startOf(rule: number): number {
    return this.#index.starts.at(rule);
  }

  lineOf(rule: number): number {
    return this.#index.lines.at(rule);
  }

  /** The rule as the dump has it, without counters and without blanks around it. */
  textOf(rule: number): string {
    return withoutCounters(this.#lineAt(rule));
  }

  /** The line as it stands in the dump, blanks before it included. */
  #lineAt(rule: number): string {
    const start = this.startOf(rule);
    const end = this.bytes.indexOf(LF, start);
    return this.bytes.toString('utf8', start, end < 0 ? this.bytes.length : end).trimEnd();
  }

  /** The sets that rules anywhere in the dump enter packets in (`-j SET --add-set NAME src`). */
  get filledSets(): ReadonlySet<string> {
    this.#filledSets ??= findFilledSets(this.bytes);
    return this.#filledSets;
  }

  /** The rule, and what iptables-restore would refuse of it. */
  read(rule: number, context: RuleContext): { rule: Rule; problems: Problem[] } {
    const line = this.lineOf(rule);
    const text = this.#lineAt(rule);
    const problems: Problem[] = [];
    const syntax = readSyntax(text, (column, message) => problems.push({ line, column, message }));
    const { steps, malformed } = syntax ? compileRule(syntax, context) : unreadable(text);
    problems.push(...malformed.map(({ column, message }) => ({ line, column, message })));
    return { rule: describe(text, line, syntax, steps), problems };
  }
}

const FILLS = '--add-set';
/** A set's name has 31 characters at most (IPSET_MAXNAMELEN, include/uapi/linux/netfilter/ipset/ip_set.h). */
const NAME_ENDS = 48;

function findFilledSets(bytes: Buffer): ReadonlySet<string> {
  const sets = new Set<string>();
  for (let at = bytes.indexOf(FILLS); at >= 0; at = bytes.indexOf(FILLS, at + 1)) {
    const from = at + FILLS.length;
    const [, name] = /^[\s=]"?([^\s"]+)/.exec(bytes.toString('utf8', from, from + NAME_ENDS)) ?? [];
    if (name) sets.add(name);
  }
  return sets;
}

function describe(
  text: string,
  line: number,
  syntax: RuleSyntax | null,
  steps: Rule['steps'],
): Rule {
  const comments = syntax?.matches.flatMap(({ name, options }) =>
    name === 'comment' ? options.map(({ values }) => values[0]?.text ?? '') : [],
  );
  return {
    text: withoutCounters(text),
    line,
    counters: syntax?.counters ?? null,
    comment: comments && comments.length > 0 ? comments.join('; ') : null,
    steps,
  };
}

function withoutCounters(text: string): string {
  return text.replace(/^\s*(\[\d+:\d+\])?\s*/, '');
}

/** Web pages make quotes and dashes typographic: where only that is wrong, they are taken as typed. */
function readSyntax(
  text: string,
  problem: (column: number, message: string) => void,
): RuleSyntax | null {
  const syntax = tryParse(text, problem);
  if (syntax && !syntax.unread) return syntax;
  const typed = withTypedCharacters(text);
  const mended = typed === text ? null : tryParse(typed, () => {});
  if (!mended || mended.unread) return syntax;
  problem(text.search(/[“”„–—]/) + 1, 'typographic quotes or dashes are read as typed ones');
  return mended;
}

function withTypedCharacters(text: string): string {
  return text
    .replaceAll(/[“”„]/g, '"')
    .replaceAll(/(?<=\s)[–—](?=[a-z]\s)/g, '-')
    .replaceAll(/(?<=\s)[–—](?=[a-z])/g, '--');
}

function tryParse(
  text: string,
  problem: (column: number, message: string) => void,
): RuleSyntax | null {
  try {
    return parseRule(text);
  } catch (error) {
    if (!(error instanceof Malformed)) throw error;
    problem(error.column, error.message);
    return null;
  }
}

/** A rule of which nothing can be read: neither whether it matches nor what it does is known. */
function unreadable(text: string): ReturnType<typeof compileRule> {
  const fork = ask(matches(text, null));
  const what = { kind: 'stolen', what: text } as const;
  return { steps: [() => fork, () => ({ kind: 'verdict', verdict: what })], malformed: [] };
}
