import { anonymousChains } from './anonymous-chains.ts';
import { parseElements } from './parse-expression.ts';
import { parseRule } from './parse-rule.ts';
import { parsePriority } from './priority.ts';
import type { NftBase, NftChain, NftRule, NftRuleset, NftSet, NftTable } from './syntax.ts';
import { isRated } from './take-words.ts';
import { TextBlocks } from './text-blocks.ts';
import { TokenReader } from './tokens.ts';

// What a table holds besides chains, sets and maps; `ct helper NAME` has one word more.
const OBJECTS = new Set([
  'counter',
  'quota',
  'limit',
  'ct',
  'flowtable',
  'secmark',
  'synproxy',
  'tunnel',
]);
const UPDATE = /\b(?:add|update|delete) @(\S+) \{([^}\n]*)/g;
const WARNING = /^#\s*Warning: table (\S+) (\S+) is managed by iptables-nft/;

/**
 * Reads what `nft list ruleset` prints (nft 0.9 to 1.1), also as it is pasted. Rules and elements of
 * sets are only found here, and read when they are asked for. What does not belong is a problem with
 * its line; the rest is used.
 */
export function readNftText(text: string): NftRuleset {
  return new TextReader(text).read();
}

class TextReader {
  readonly blocks: TextBlocks;
  readonly ruleset: NftRuleset = { tables: [], problems: [] };
  readonly warned = new Set<string>();
  /** Sets that rules change, with whether one does with a limit or the like. */
  readonly updated = new Map<string, boolean>();

  constructor(text: string) {
    this.blocks = new TextBlocks(text);
    for (const [, set = '', element = ''] of text.matchAll(UPDATE)) {
      this.updated.set(set, isRated(element) || this.updated.get(set) === true);
    }
  }

  read(): NftRuleset {
    for (let item = this.blocks.next(); item; item = this.blocks.next()) {
      const [word, ...names] = item.text.split(/\s+/);
      const warning = WARNING.exec(item.text);
      if (warning) this.warned.add(`${warning[1]} ${warning[2]}`);
      else if (item.text.startsWith('#')) continue;
      else if (item.kind === 'open' && word === 'table' && names.length > 0 && names.length < 3) {
        this.readTable(names.length === 1 ? 'ip' : (names[0] ?? ''), unquote(names.at(-1)));
      } else {
        this.problem(item.start, `this does not belong to a listing of nft: ${shorten(item.text)}`);
        if (item.kind === 'open') this.blocks.body();
      }
    }
    return this.ruleset;
  }

  readTable(family: string, name: string): void {
    const table: NftTable = {
      family,
      name,
      warned: this.warned.has(`${family} ${name}`),
      dormant: false,
      chains: new Map(),
      sets: new Map(),
    };
    this.ruleset.tables.push(table);
    for (let item = this.blocks.next(); item?.kind !== 'close'; item = this.blocks.next()) {
      if (!item) {
        this.cutOff(`table ${family} ${name}`);
        return;
      }
      const [word = '', ...names] = item.text.split(/\s+/);
      if (item.kind === 'open') {
        const what = unquote(names.at(-1));
        if (word === 'chain') this.readChain(table, what);
        else if (word === 'set' || word === 'map') this.readSet(table, what);
        else {
          if (!OBJECTS.has(word))
            this.problem(item.start, `not known in a table: ${shorten(item.text)}`);
          if (!this.blocks.body().closed) this.cutOff(`${word} ${what} of table ${family} ${name}`);
        }
      } else if (word === 'flags') {
        table.dormant = names
          .join(' ')
          .split(/[,\s]+/)
          .includes('dormant');
      } else if (!/^(#|comment )/.test(item.text)) {
        this.problem(item.start, `not known in a table: ${shorten(item.text)}`);
      }
    }
  }

  readChain(table: NftTable, name: string): void {
    const chain: NftChain = { name, base: null, rules: [] };
    table.chains.set(name, chain);
    for (let item = this.blocks.nextRule(); item?.kind !== 'close'; item = this.blocks.nextRule()) {
      if (!item) {
        this.cutOff(`chain ${name} of table ${table.family} ${table.name}`);
        return;
      }
      const { text, start, whole } = item;
      if (/^type \S+ hook /.test(text)) chain.base = this.readBase(text, start);
      else if (/^policy (accept|drop)$/.test(text)) {
        if (chain.base) chain.base.policy = text === 'policy drop' ? 'drop' : 'accept';
      } else if (!/^(comment "|#)/.test(text)) {
        const line = this.blocks.lineOf(start);
        const read = whole
          ? () => parseRule(text, anonymousChains(table, line))
          : () => cutRule(text);
        chain.rules.push({ line, read });
      }
    }
  }

  readBase(text: string, start: number): NftBase | null {
    const base =
      /^type (\S+) hook (\S+)(?: devices?(?: =)? (?:\{[^}]*\}|\S+))? priority (.+)$/.exec(text);
    const priority = base && parsePriority(base[3] ?? '');
    if (!base || priority === null) {
      this.problem(start, `not read, so the chain is not called: ${shorten(text)}`);
      return null;
    }
    return { type: base[1] ?? '', hook: base[2] ?? '', priority, policy: 'accept' };
  }

  readSet(table: NftTable, name: string): void {
    const { text, closed } = this.blocks.body();
    if (!closed) this.cutOff(`set ${name} of table ${table.family} ${table.name}`);
    const flags = /(?:^|;)\s*flags ([^\n;]*)/m.exec(text)?.[1] ?? '';
    const set: NftSet = {
      name,
      dynamic: !closed || this.updated.has(name) || /dynamic|timeout/.test(flags),
      rated: isRated(text) || this.updated.get(name) === true,
      elements: () => {
        const start = /\belements\s*=\s*\{/.exec(text);
        return start
          ? parseElements(new TokenReader(text.slice(start.index + start[0].length)))
          : [];
      },
    };
    table.sets.set(name, set);
  }

  cutOff(what: string): void {
    this.problem(this.blocks.length, `the input ends inside ${what}`);
  }

  problem(offset: number, message: string): void {
    const line = this.blocks.lineOf(offset);
    this.ruleset.problems.push({ line, column: this.blocks.columnOf(offset), message });
  }
}

// The input ends in the middle of this rule: what it does is not known.
function cutRule(text: string): NftRule {
  return {
    text,
    comment: null,
    counters: null,
    statements: [{ kind: 'other', text, final: true }],
  };
}

function unquote(name = ''): string {
  return name.replace(/^"(.*)"$/, '$1');
}

function shorten(text: string): string {
  return text.length > 60 ? `${text.slice(0, 60)}…` : text;
}
