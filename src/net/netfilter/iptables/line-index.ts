import type { Problem } from '../problem.ts';
import { A, BLANK, CLOSE, COLON, CR, DASH, LF, OPEN } from './ascii.ts';
import { BUILT_IN } from './built-in-chains.ts';
import { ChainIndex } from './chain-index.ts';
import { IntList } from './int-list.ts';

/** What the dump says of itself before a table. */
export interface Header {
  family?: 4 | 6;
  variant?: 'iptables-nft' | 'iptables-legacy';
  /** Of `iptables -t nat -S`. */
  table?: string;
}

/** The lines from `*nat` to COMMIT, or lines that stand in no table. */
export interface Section {
  /** Of its first line, from 1. */
  line: number;
  table: string | null;
  header: Header;
  chains: ChainIndex;
}

/** Where everything is in a dump; no rule is read yet. */
export interface LineIndex {
  sections: Section[];
  /** Where each rule's line begins in the bytes, and which line that is. */
  starts: IntList;
  lines: IntList;
  problems: Problem[];
  /** A table has a beginning and no COMMIT. */
  isCutOff: boolean;
}

/** A guess that spares large dumps the growing: kube-proxy's rules take 120 bytes or more. */
const BYTES_A_RULE = 100;

/**
 * Finds tables, chains and rules in one pass over the bytes, which is nearly as fast as looking for
 * line ends: a rule costs two numbers, a chain a few, and no text is made of either.
 */
export function indexLines(bytes: Buffer): LineIndex {
  return new Indexer(bytes).run();
}

class Indexer {
  readonly #bytes: Buffer;
  readonly #index: LineIndex;
  #header: Header = {};
  #section: Section | null = null;
  #line = 0;
  /** Where the line begins. */
  #start = 0;
  /** The chain of the rule before, by its bytes: most rules belong to it. */
  #chain = -1;
  #chainFrom = 0;
  #chainLength = 0;
  /** The line before, where that was foreign: a whole text is one problem. */
  #foreign: Problem | null = null;
  #firstRule = 0;
  #declaredOwn = false;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
    const rules = Math.ceil(bytes.length / BYTES_A_RULE);
    const [starts, lines] = [new IntList(rules), new IntList(rules)];
    this.#index = { sections: [], starts, lines, problems: [], isCutOff: false };
  }

  run(): LineIndex {
    const bytes = this.#bytes;
    for (let start = 0; start < bytes.length; ) {
      const found = bytes.indexOf(LF, start);
      const end = found < 0 ? bytes.length : found;
      this.#line++;
      this.#start = start;
      const name = this.#ruleChainAt(start, end);
      if (name >= 0) this.#addRule(start, name, end);
      else if (!this.#isOwnChain(start, end)) this.#readOther(start, end);
      start = end + 1;
    }
    this.#start = bytes.length;
    this.#close('the input ends');
    return this.#index;
  }

  /** Where the chain's name begins if the line is a rule, else -1. */
  #ruleChainAt(start: number, end: number): number {
    const bytes = this.#bytes;
    let at = this.#afterBlanks(start);
    if (bytes[at] === OPEN) {
      while (at < end && bytes[at] !== CLOSE) at++;
      at = this.#afterBlanks(at + 1);
    }
    const isRule =
      bytes[at] === DASH && bytes[at + 1] === A && isBlank(bytes[at + 2]) && at + 3 < end;
    return isRule ? this.#afterBlanks(at + 3) : -1;
  }

  #addRule(start: number, name: number, end: number): void {
    this.#foreign = null;
    this.#section ??= this.#open(null);
    if (!this.#isSameChain(name)) this.#enterChain(this.#section, name, end);
    const rule = this.#index.starts.push(start);
    this.#index.lines.push(this.#line);
    this.#section.chains.addRules(this.#chain, rule, 1);
  }

  #isSameChain(name: number): boolean {
    if (this.#chain < 0) return false;
    const bytes = this.#bytes;
    const ahead = name - this.#chainFrom;
    const end = this.#chainFrom + this.#chainLength;
    if (!isBlank(bytes[end + ahead])) return false;
    for (let at = end - 1; at >= this.#chainFrom; at--) {
      if (bytes[at + ahead] !== bytes[at]) return false;
    }
    return true;
  }

  #enterChain(section: Section, from: number, end: number): void {
    const to = this.#endOfWord(from, end);
    this.#chain = section.chains.at(from, to);
    this.#chainFrom = from;
    this.#chainLength = to - from;
  }

  /**
   * `:NAME - …`, the most frequent line after rules, is left to ChainIndex.find. Says whether it is
   * one.
   */
  #isOwnChain(start: number, end: number): boolean {
    if (this.#bytes[start] !== COLON || !this.#section?.table) return false;
    const to = this.#endOfWord(start + 1, end);
    const isSpaced = this.#bytes[to] === BLANK && this.#bytes[to + 2] === BLANK;
    return isSpaced && this.#bytes[to + 1] === DASH;
  }

  #endOfWord(from: number, end: number): number {
    const bytes = this.#bytes;
    let to = from;
    while (to < end && !isBlank(bytes[to])) to++;
    return to;
  }

  #readOther(start: number, end: number): void {
    const line = this.#bytes.toString('utf8', start, end);
    const text = line.trim();
    if (text === '') return;
    const table = /^\*(\S+)$/.exec(text);
    const chain = /^:(\S+)\s+(ACCEPT|DROP|-)(?:\s+\[\d+:\d+\])?$/.exec(text);
    const stated = /^-P\s+(\S+)\s+(ACCEPT|DROP)(?:\s+-c\s+\d+\s+\d+)?$/.exec(text);
    const created = /^-N\s+(\S+)$/.exec(text);
    const declared = chain ?? stated ?? created;
    const foreign = this.#foreign;
    this.#foreign = null;
    if (table) this.#openTable(table[1] ?? '');
    else if (declared) this.#declare(start + line.indexOf(declared[1] ?? ''), end, declared[2]);
    else if (text === 'COMMIT') this.#commit();
    else if (!this.#readHeader(text) && !text.startsWith('#')) {
      this.#foreign =
        foreign ?? this.#problem(line.search(/\S/) + 1, `no line of a dump: ${cut(text)}`);
    }
  }

  /** What says whose dump follows: the program's own line, or the command that was typed for it. */
  #readHeader(text: string): boolean {
    const [, program, variant, saves, rest = ''] =
      /(?:^# Generated by |^(?:.*[#$>%]\s*)?(?:sudo\s+)?)(ip6?tables|xtables)(-nft|-legacy)?(-save)?\b(.*)$/.exec(
        text,
      ) ?? [];
    if (!program || !(saves || /^(| v\d.*|.*\s(-S|--list-rules)\b.*)$/.test(rest))) return false;
    if (text.startsWith('#') && !/Generated by|-save|-S\b/.test(text)) return false;
    this.#close(`${text.slice(0, 40)} follows`);
    const isNft = variant === '-nft' || program === 'xtables' || rest.includes('(nf_tables)');
    const isSaid = isNft || variant === '-legacy' || / v\d/.test(rest);
    const table = /\s(?:-t|--table)[\s=]*(\w+)/.exec(rest)?.[1];
    this.#header = {
      ...(program === 'xtables' ? {} : { family: program === 'ip6tables' ? 6 : 4 }),
      ...(isSaid ? { variant: isNft ? 'iptables-nft' : 'iptables-legacy' } : {}),
      ...(table ? { table } : {}),
    };
    return true;
  }

  #openTable(name: string): void {
    this.#close(`*${name} follows`);
    this.#section = this.#open(name);
  }

  #open(table: string | null): Section {
    // Of loose lines there may be very many sections, with a chain or two each.
    const expected = table === null ? 0 : undefined;
    const chains = new ChainIndex(this.#bytes, this.#start, expected);
    const section = { line: this.#line, table, header: this.#header, chains };
    this.#index.sections.push(section);
    this.#chain = -1;
    this.#firstRule = this.#index.starts.length;
    this.#declaredOwn = false;
    return section;
  }

  #declare(from: number, end: number, policy: string | undefined): void {
    const to = this.#endOfWord(from, end);
    const name = this.#bytes.toString('utf8', from, to);
    if (this.#section?.table === null && this.#beginsAnew(name)) this.#commit();
    this.#section ??= this.#open(null);
    const { chains } = this.#section;
    const said = policy === 'DROP' ? 'drop' : policy === 'ACCEPT' ? 'accept' : null;
    chains.declare(chains.at(from, to), said);
    this.#declaredOwn ||= !BUILT_IN.has(name);
  }

  /**
   * Where no table is named, what is declared after rules or twice is another table's, and so are
   * built-in chains after others: every program lists them first.
   */
  #beginsAnew(name: string): boolean {
    const hasRules = this.#index.starts.length > this.#firstRule;
    const chain = this.#section?.chains.findAdded(name);
    const isKnown = chain !== undefined && this.#section?.chains.isDeclared(chain);
    return hasRules || isKnown === true || (this.#declaredOwn && BUILT_IN.has(name));
  }

  #commit(): void {
    this.#section?.chains.endAt(this.#start);
    this.#section = null;
    this.#chain = -1;
  }

  #close(because: string): void {
    const open = this.#section;
    if (open && open.table !== null) {
      this.#index.isCutOff = true;
      this.#problem(
        1,
        `${because}, and *${open.table} of line ${open.line} has no COMMIT: cut off?`,
      );
    }
    this.#commit();
  }

  #problem(column: number, message: string): Problem {
    const problem = { line: Math.max(this.#line, 1), column, message };
    this.#index.problems.push(problem);
    return problem;
  }

  #afterBlanks(from: number): number {
    let at = from;
    while (this.#bytes[at] === 32 || this.#bytes[at] === 9) at++;
    return at;
  }
}

/** A blank, a tab or the end of a line; undefined: the end of the input. */
function isBlank(byte = LF): boolean {
  return byte <= BLANK && (byte === BLANK || byte === 9 || byte === CR || byte === LF);
}

function cut(text: string): string {
  return text.length > 60 ? `${text.slice(0, 60)}…` : text;
}
