import { UsageError } from '../errors.ts';
import type { Family } from '../net/ip.ts';
import { readSave } from '../net/netfilter/iptables/read-save.ts';
import { readNftJson, readNftText } from '../net/netfilter/nft/read-nft.ts';
import type { Problem } from '../net/netfilter/problem.ts';
import type { Table } from '../net/netfilter/rules.ts';

/** The rules of a dump, and what is to be said of it. */
export interface Rules {
  tables: readonly Table[];
  /** What could not be read, of rules those that a walk has come to; the rest is used. */
  readonly problems: readonly Problem[];
  /** What the reader should know besides. */
  notes: readonly string[];
}

/** Behind a heading or two: a listing says `table` long before. */
const LOOKED_AT = 64 * 1024;

/**
 * Reads what iptables-save, ip6tables-save, `nft list ruleset` or `nft -j list ruleset` printed, told
 * apart by its content. `input` is how messages name it. Throws a UsageError where it is none of
 * them, or has no rules of the packet's family. Where a node has no rules they print nothing.
 */
export function readRules(bytes: Buffer, input: string, family: Family): Rules {
  if (bytes.length === 0) return noRulesAtAll(input);
  const start = bytes.toString('utf8', 0, LOOKED_AT).trimStart();
  const rules = /^[{[]/.test(start)
    ? readListing(readNftJson(bytes.toString()))
    : /^table (ip|ip6|inet|arp|bridge|netdev) /m.test(start) && !/^(\*|-A )/m.test(start)
      ? readListing(readNftText(bytes.toString()))
      : readDump(bytes);
  if (rules.tables.length === 0) throw noRules(rules.problems, input);
  if (!rules.tables.some((table) => isFor(table, family))) {
    throw new UsageError(`${input} has no rules of IPv${family}`, {
      reason: 'no-rules-of-family',
      help: family === 4 ? 'give what iptables-save prints' : 'give what ip6tables-save prints',
    });
  }
  return rules;
}

function isFor({ family }: Table, packet: Family): boolean {
  return family === 'inet' || family === (packet === 4 ? 'ip' : 'ip6');
}

function readDump(bytes: Buffer): Rules {
  const save = readSave(bytes);
  return {
    tables: save.tables,
    get problems() {
      return save.problems;
    },
    notes: [],
  };
}

function readListing({
  tables,
  managed,
  setAside,
  problems,
}: ReturnType<typeof readNftText>): Rules {
  const notes = [...managed].map(
    (table) =>
      `the table ${table} is iptables': nft shows its rules without some of their arguments, iptables-save all`,
  );
  notes.push(...setAside.map((chain) => `a chain that is not walked: ${chain}`));
  return { tables, problems, notes };
}

function noRulesAtAll(input: string): Rules {
  const note = `${input} is empty: taken as a node without rules; none are printed to who is not root either`;
  return { tables: [], problems: [], notes: [note] };
}

function noRules([problem]: readonly Problem[], input: string): UsageError {
  const { line, column, message } = problem ?? {
    line: 1,
    column: 1,
    message: 'there are no rules',
  };
  return new UsageError(`${input}:${line}:${column}: ${message}`, {
    reason: 'not-a-dump',
    help: 'give what iptables-save, ip6tables-save, nft list ruleset or nft -j list ruleset prints',
  });
}
