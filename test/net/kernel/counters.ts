import type { Dialect } from './case.ts';

/** Packets by rule: `TABLE CHAIN NUMBER`, the number as `iptables -L --line-numbers` has it. */
export type Counters = ReadonlyMap<string, number>;

/** The counters in a dump. It is read here by other means than those that are under test. */
export function readCounters(dump: string, dialect: Dialect): Counters {
  return dialect === 'nft' ? readNftCounters(dump) : readSaveCounters(dump);
}

function readSaveCounters(dump: string): Counters {
  const counters = new Map<string, number>();
  const sizes = new Map<string, number>();
  let table = '';
  for (const line of dump.split('\n')) {
    if (line.startsWith('*')) table = line.slice(1);
    const [, packets, chain] = /^\[(\d+):\d+\] -A (\S+)/.exec(line) ?? [];
    if (chain) counters.set(numbered(sizes, `${table} ${chain}`), Number(packets));
  }
  return counters;
}

interface NftItem {
  rule?: { table: string; chain: string; expr: { counter?: { packets: number } }[] };
}

function readNftCounters(dump: string): Counters {
  const counters = new Map<string, number>();
  const sizes = new Map<string, number>();
  const { nftables } = JSON.parse(dump) as { nftables: NftItem[] };
  for (const { rule } of nftables) {
    if (!rule) continue;
    const key = numbered(sizes, `${rule.table} ${rule.chain}`);
    const counter = rule.expr.find((each) => each.counter)?.counter;
    if (counter) counters.set(key, counter.packets);
  }
  return counters;
}

function numbered(sizes: Map<string, number>, chain: string): string {
  const number = (sizes.get(chain) ?? 0) + 1;
  sizes.set(chain, number);
  return `${chain} ${number}`;
}
