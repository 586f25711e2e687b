import { oncePer } from '../../../once-per.ts';
import type { Family } from '../../ip.ts';
import type { BaseChain, Hook, Table } from '../rules.ts';

/** Something that the kernel calls at a hook. */
export type HookEntry =
  | BaseEntry
  | ConntrackEntry
  | NatEntry
  | NatEndEntry
  | UnorderedEntry
  | LeaveEntry;

/** A base chain. */
export interface BaseEntry {
  kind: 'chain';
  /** Unique within the hook. */
  id: string;
  table: Table;
  base: BaseChain;
}

/** Conntrack finds the packet's connection, or makes one. */
interface ConntrackEntry {
  kind: 'conntrack';
  id: string;
}

/** The one place of all nat chains of a hook. */
interface NatEntry {
  kind: 'nat';
  id: string;
  chains: readonly HookEntry[];
}

/** After the nat chains: this hook's half of the NAT is set up, be it to nothing. */
interface NatEndEntry {
  kind: 'nat-end';
  id: string;
}

/** What has a priority of its own, and so a place of its own at the hook. */
export type SlotEntry = BaseEntry | ConntrackEntry | NatEntry;

/**
 * Of one priority: which one was registered last, and so comes first, no dump says
 * (nf_hook_entries_grow, net/netfilter/core.c, Linux 6.18). Conntrack and NAT are registered with the
 * first rule or chain that needs them, before or after a chain of their priority.
 */
export interface UnorderedEntry {
  kind: 'unordered';
  id: string;
  entries: readonly SlotEntry[];
}

/** At the end of the output hook, for a packet that was routed again in it: it leaves by this. */
interface LeaveEntry {
  kind: 'leave';
  id: string;
  outInterface: string | undefined;
}

export const NAT_END: NatEndEntry = { kind: 'nat-end', id: 'nat-end' };

/** What is left of the output hook once the packet was routed again, to leave by this interface. */
export function leavingBy(
  outInterface: string | undefined,
  rest: readonly HookEntry[],
): readonly HookEntry[] {
  const entry: LeaveEntry = { kind: 'leave', id: `leave ${outInterface}`, outInterface };
  return [...rest.filter(({ kind }) => kind !== 'leave'), entry];
}

/** NF_IP_PRI_CONNTRACK (include/uapi/linux/netfilter_ipv4.h). */
const CONNTRACK_PRIORITY = -200;
const CONNTRACK_HOOKS: readonly Hook[] = ['prerouting', 'output'];

/** NF_IP_PRI_NAT_DST and NF_IP_PRI_NAT_SRC. */
const NAT_PRIORITY: Readonly<Partial<Record<Hook, number>>> = {
  prerouting: -100,
  output: -100,
  input: 100,
  postrouting: 100,
};

export type HookEntries = Readonly<Record<Hook, readonly HookEntry[]>>;

/**
 * What the kernel calls at each hook for packets of this family, in its order. All nat chains of a
 * hook run from one place, at NAT's own priority; their own priorities order them among themselves
 * (net/netfilter/nf_nat_core.c, nf_nat_register_fn, Linux 6.18).
 */
export function hookEntries(tables: readonly Table[], family: Family): HookEntries {
  return entriesByFamily(tables)[family];
}

const entriesByFamily = oncePer((tables: readonly Table[]) => ({
  4: entriesFor('ip', tables),
  6: entriesFor('ip6', tables),
}));

function entriesFor(family: Table['family'], tables: readonly Table[]): HookEntries {
  const own = tables.filter((table) => table.family === 'inet' || table.family === family);
  const at = (hook: Hook) => entriesAt(hook, own);
  return {
    prerouting: at('prerouting'),
    input: at('input'),
    forward: at('forward'),
    output: at('output'),
    postrouting: at('postrouting'),
  };
}

function entriesAt(hook: Hook, tables: readonly Table[]): readonly HookEntry[] {
  const bases = tables.flatMap((table, number) =>
    table.baseChains
      .filter((base) => base.hook === hook && doesSomething(table, base))
      .map((base): BaseEntry => ({ kind: 'chain', id: `${number}:${base.name}`, table, base })),
  );
  const slots: SlotEntry[] = bases.filter(({ base }) => base.type !== 'nat');
  if (CONNTRACK_HOOKS.includes(hook)) slots.push({ kind: 'conntrack', id: 'conntrack' });
  // NAT is registered at all its hooks with the first nat chain of any.
  if (tables.some(hasNat) && NAT_PRIORITY[hook] !== undefined) {
    const chains = byPriority(
      bases.filter(({ base }) => base.type === 'nat'),
      hook,
    );
    slots.push({ kind: 'nat', id: 'nat', chains });
  }
  return byPriority(slots, hook);
}

function hasNat(table: Table): boolean {
  return table.baseChains.some((base) => base.type === 'nat' && doesSomething(table, base));
}

/** An empty chain with policy accept is not worth a place, nor a question about its order. */
function doesSomething(table: Table, base: BaseChain): boolean {
  return base.policy === 'drop' || (table.chain(base.name)?.size ?? 0) > 0;
}

function byPriority(entries: readonly SlotEntry[], hook: Hook): HookEntry[] {
  const groups = Map.groupBy(entries, (entry) => priorityOf(entry, hook));
  return [...groups].sort(([a], [b]) => a - b).map(([, group]) => oneEntry(group));
}

function priorityOf(entry: SlotEntry, hook: Hook): number {
  if (entry.kind === 'chain') return entry.base.priority;
  return entry.kind === 'nat' ? (NAT_PRIORITY[hook] ?? 0) : CONNTRACK_PRIORITY;
}

/** The entries of one priority as one entry. */
export function oneEntry(entries: readonly SlotEntry[]): HookEntry {
  const [first, ...others] = entries;
  if (first && others.length === 0) return first;
  return { kind: 'unordered', id: entries.map(({ id }) => id).join('+'), entries };
}
