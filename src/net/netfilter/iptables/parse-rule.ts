import { valuesOfMatchOption } from './matches/index.ts';
import { protocolMatch } from './protocols.ts';
import type { Extension, RuleSyntax } from './rule-syntax.ts';
import { valuesOfTargetOption } from './targets/index.ts';
import { joinWords, Malformed, splitWords, type Word } from './words.ts';

const BASIC = new Map([
  ['-s', 's'],
  ['--source', 's'],
  ['--src', 's'],
  ['-d', 'd'],
  ['--destination', 'd'],
  ['--dst', 'd'],
  ['-i', 'i'],
  ['--in-interface', 'i'],
  ['-o', 'o'],
  ['--out-interface', 'o'],
  ['-p', 'p'],
  ['--protocol', 'p'],
  ['-f', 'f'],
  ['--fragment', 'f'],
]);

const EXTENSION = new Map<string, Extension['flag']>([
  ['-m', '-m'],
  ['--match', '-m'],
  ['-j', '-j'],
  ['--jump', '-j'],
  ['-g', '-g'],
  ['--goto', '-g'],
]);

/**
 * Takes a line `[counters] -A CHAIN …` apart. Inversion is read before the option and, as up to
 * iptables 1.4.3 it was written, before its value.
 * A line that makes no sense from some word on is read up to there. Throws Malformed, with a column
 * of the line, where it is no rule at all.
 */
export function parseRule(line: string, firstColumn = 1): RuleSyntax {
  return new RuleReader(splitWords(line, firstColumn)).read();
}

class RuleReader {
  readonly #words: readonly Word[];
  #next = 0;
  readonly #rule: RuleSyntax = {
    chain: '',
    counters: null,
    basic: [],
    matches: [],
    target: null,
    unread: null,
  };

  constructor(words: readonly Word[]) {
    this.#words = words;
  }

  read(): RuleSyntax {
    this.#readHead();
    while (this.#peek() && !this.#rule.unread) this.#readPartOrStop();
    return this.#rule;
  }

  #readPartOrStop(): void {
    const from = this.#next;
    try {
      this.#readPart();
    } catch (problem) {
      if (!(problem instanceof Malformed)) throw problem;
      this.#rule.unread = { text: joinWords(this.#words.slice(from)), problem };
    }
  }

  #readHead(): void {
    const counters = /^\[(\d+):(\d+)\]$/.exec(this.#peek()?.text ?? '');
    if (counters) {
      this.#next++;
      this.#rule.counters = { packets: Number(counters[1]), bytes: Number(counters[2]) };
    }
    const append = this.#take('a rule');
    if (append.text !== '-A' && append.text !== '--append') {
      throw new Malformed(append.column, 'a rule begins with -A CHAIN');
    }
    this.#rule.chain = this.#take('a chain').text;
  }

  #readPart(): void {
    const inverted = this.#takeInversion();
    const word = this.#take('an option');
    const [name = '', attached] = splitAtEquals(word);
    const basic = BASIC.get(name);
    const flag = EXTENSION.get(name);
    if (basic) this.#readBasic(basic, inverted, word, attached);
    else if (flag && !inverted) this.#readExtension(flag, word);
    else if (name === '-c' || name === '--set-counters') this.#readCounters();
    else if (/^--[a-z]/.test(name) && !word.quoted) {
      this.#readOption(name.slice(2), inverted, word, attached);
    } else throw new Malformed(word.column, `unexpected: ${word.text}`);
  }

  #readBasic(name: string, inverted: boolean, word: Word, attached: Word | undefined): void {
    const late = name !== 'f' && !attached && this.#takeLateInversion();
    const values = name === 'f' ? [] : [attached ?? this.#take(`a value of ${word.text}`)];
    if (this.#rule.basic.some((option) => option.name === name)) {
      throw new Malformed(word.column, `${word.text} is given twice`);
    }
    this.#rule.basic.push({ name, inverted: inverted || late, values, column: word.column });
  }

  #readExtension(flag: Extension['flag'], word: Word): void {
    const name = this.#take(`a name after ${word.text}`).text;
    const extension = { flag, name, options: [], column: word.column };
    if (flag === '-m') this.#rule.matches.push(extension);
    else if (this.#rule.target) throw new Malformed(word.column, 'a second target');
    else this.#rule.target = extension;
  }

  #readCounters(): void {
    const packets = Number(this.#take('packets').text);
    const bytes = Number(this.#take('bytes').text);
    this.#rule.counters = { packets, bytes };
  }

  /** An option goes to the extension that knows it, wherever in the rule that stands. */
  #readOption(name: string, inverted: boolean, word: Word, attached: Word | undefined): void {
    const owner = this.#ownerOf(name);
    if (!owner) throw new Malformed(word.column, `${word.text} belongs to no match or target`);
    const late = !attached && this.#takeLateInversion();
    const values = attached ? [attached] : this.#takeValues(valuesOf(owner, name), word);
    owner.options.push({ name, inverted: inverted || late, values, column: word.column });
  }

  #ownerOf(name: string): Extension | undefined {
    const { matches, target } = this.#rule;
    const loaded = [...matches, ...(target ? [target] : [])].sort((a, b) => b.column - a.column);
    const owner = loaded.find((extension) => valuesOf(extension, name) !== undefined);
    return owner ?? this.#loadProtocolMatch(name) ?? loaded[0];
  }

  /** `-p tcp --dport 80` loads the match of the protocol by itself. */
  #loadProtocolMatch(option: string): Extension | undefined {
    const protocol = this.#rule.basic.find(({ name }) => name === 'p');
    const name = protocol && protocolMatch(protocol.values[0]?.text ?? '');
    if (!name || valuesOfMatchOption(name, option) === undefined) return undefined;
    const extension: Extension = { flag: '-m', name, options: [], column: protocol.column };
    this.#rule.matches.push(extension);
    return extension;
  }

  /** `count` values; with undefined all words up to the next option. */
  #takeValues(count: number | undefined, option: Word): Word[] {
    const values: Word[] = [];
    while (count === undefined ? this.#atValue() : values.length < count) {
      values.push(this.#take(`a value of ${option.text}`));
    }
    return values;
  }

  #atValue(): boolean {
    return isValue(this.#peek());
  }

  /** `! VALUE`; what stands before the next option is that one's. */
  #takeLateInversion(): boolean {
    return isValue(this.#words[this.#next + 1]) && this.#takeInversion();
  }

  #takeInversion(): boolean {
    const word = this.#peek();
    const found = word?.text === '!' && !word.quoted;
    if (found) this.#next++;
    return found;
  }

  #peek(): Word | undefined {
    return this.#words[this.#next];
  }

  #take(what: string): Word {
    const word = this.#peek();
    const last = this.#words.at(-1);
    if (!word) {
      const end = last ? last.column + last.text.length : 1;
      throw new Malformed(end, `the line ends where ${what} is expected`);
    }
    this.#next++;
    return word;
  }
}

function valuesOf(extension: Extension, option: string): number | undefined {
  return extension.flag === '-m'
    ? valuesOfMatchOption(extension.name, option)
    : valuesOfTargetOption(extension.name, option);
}

function isValue(word: Word | undefined): boolean {
  return word !== undefined && (word.quoted || !/^(-\D|!$)/.test(word.text));
}

/** getopt_long takes `--dport=80` as well. */
function splitAtEquals(word: Word): [string, Word?] {
  const at = word.quoted || !word.text.startsWith('--') ? -1 : word.text.indexOf('=');
  if (at < 0) return [word.text];
  const value = { text: word.text.slice(at + 1), quoted: false, column: word.column + at + 1 };
  return [word.text.slice(0, at), value];
}
