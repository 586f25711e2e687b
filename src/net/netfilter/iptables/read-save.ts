import type { Problem } from '../problem.ts';
import type { Table } from '../rules.ts';
import { CR, LF } from './ascii.ts';
import { identifyTable, type ReadOptions } from './identify-table.ts';
import { indexLines, type Section } from './line-index.ts';
import { RuleSource } from './rule-source.ts';
import { DumpTable, type TableHead } from './table.ts';

export interface Save {
  tables: readonly Table[];
  /** Of the dump's lines and tables, and of the rules that walks have come to so far. */
  readonly problems: readonly Problem[];
  /** A table of it has no end: rules may be lacking. */
  isCutOff: boolean;
  /** Reads every rule: all problems, in the order of lines. */
  checkAll(): Problem[];
}

/**
 * Reads what iptables-save and ip6tables-save wrote, of nft and legacy, and `iptables -S`: one dump
 * or several, also pasted, re-indented, with counters, prompts or prose around it. What cannot be
 * taken is a problem, and the rest is read. Rules are parsed when a walk comes to them.
 *
 * Of a table that is dumped twice, with one family and variant, the last is the one that counts, as
 * iptables-restore would have it; loose lines of one table (no `*nat` before them) belong together.
 */
export function readSave(input: string | Uint8Array, options: ReadOptions = {}): Save {
  const bytes = withLineFeeds(toBuffer(input));
  const index = indexLines(bytes);
  const problems = index.problems;
  const source = new RuleSource(bytes, index);
  const tables = new Map<string, { head: TableHead; section: Section }>();
  const defaults = { variant: onlyVariant(index.sections), ...options };
  for (const section of index.sections) {
    const head = identifyTable(section, source, defaults, problems);
    if (!head) continue;
    const key = `${head.variant} ${head.family} ${head.name}`;
    const before = tables.get(key)?.section;
    if (before && section.table === null) before.chains.append(section.chains);
    else {
      if (before) problems.push(replaced(before, section, head.name));
      tables.set(key, { head, section });
    }
  }
  const found = [...tables.values()].map(
    ({ head, section }) => new DumpTable(head, source, section.chains),
  );
  if (found.length === 0) problems.push({ line: 1, column: 1, message: 'no rules of iptables' });
  return {
    tables: found,
    get problems() {
      return inOrder([...problems, ...source.problems]);
    },
    isCutOff: index.isCutOff,
    checkAll: () => inOrder([...problems, ...found.flatMap((table) => table.problems())]),
  };
}

/** What all headers say that say something. */
function onlyVariant(sections: readonly Section[]) {
  const said = new Set(sections.flatMap(({ header }) => header.variant ?? []));
  return said.size === 1 ? [...said][0] : undefined;
}

function replaced(before: Section, { line }: Section, name: string): Problem {
  return { line, column: 1, message: `${name} once more: that of line ${before.line} is left out` };
}

function inOrder(problems: readonly Problem[]): Problem[] {
  return [...problems].sort((a, b) => a.line - b.line || a.column - b.column);
}

function toBuffer(input: string | Uint8Array): Buffer {
  return typeof input === 'string'
    ? Buffer.from(input)
    : Buffer.from(input.buffer, input.byteOffset, input.byteLength);
}

/** Where carriage returns alone end lines, they become line feeds, in a copy. */
function withLineFeeds(bytes: Buffer): Buffer {
  const first = bytes.indexOf(CR);
  if (first < 0) return bytes;
  const copy = Buffer.from(bytes);
  for (let at = first; at >= 0; at = copy.indexOf(CR, at + 1)) {
    if (copy[at + 1] !== LF) copy[at] = LF;
  }
  return copy;
}
