import type { ExaminedNode } from '../../explain/findings.ts';
import type { Family } from '../../net/ip.ts';
import {
  entriesInChains,
  entriesInMaps,
  type ServedEntry,
} from '../../net/kube-proxy/served-entries.ts';
import type { Table } from '../../net/netfilter/rules.ts';
import { oncePer } from '../../once-per.ts';

/** What kube-proxy has in a node's kernel for one family. */
export interface KernelEntries {
  family: Family;
  /** By key, each once. */
  entries: ReadonlyMap<string, ServedEntry>;
  /** kube-proxy's own tables. */
  tables: readonly Table[];
  /** Its table in nftables mode; null: it is in iptables mode. */
  native: Table | null;
}

/**
 * What kube-proxy has in the node's kernel, by family; one in which it has nothing is left out. Only where
 * its rules are what serves Services.
 */
export const kernelEntries = oncePer(({ evidence, read, files }: ExaminedNode): KernelEntries[] => {
  if (!evidence.servedBy.startsWith('kube-proxy-')) return [];
  return [...read].flatMap(([family, { tables }]): KernelEntries[] => {
    const of = family === 4 ? 'ip' : 'ip6';
    const native = tables.find(
      (table) => table.variant === 'nft' && table.name === 'kube-proxy' && table.family === of,
    );
    const own = native ? [native] : tables.filter((table) => table.chain('KUBE-SERVICES'));
    const found = native
      ? entriesInMaps(files.bytes['nft.json']?.toString() ?? '', of)
      : entriesInChains(own);
    if (!found || own.length === 0) return [];
    const entries = new Map(found.map((entry) => [entry.key, entry]));
    return [{ family, entries, tables: own, native: native ?? null }];
  });
});
