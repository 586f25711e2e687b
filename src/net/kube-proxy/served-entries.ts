import { parseIp } from '../ip.ts';
import { ruleText } from '../netfilter/rule-texts.ts';
import type { Chain, Table } from '../netfilter/rules.ts';

/** An address and port that kube-proxy has in a node's kernel. */
export interface ServedEntry {
  /** Of `entryKey`. */
  key: string;
  /** The chain that it leads to, `KUBE-SVC-…`; null: it refuses, or it is of a map. */
  chain: string | null;
  /** As the dump has it; of a map its name and the key. */
  text: string;
}

/** What tells addresses and ports apart: `20.1.0.167 tcp 80`. */
export function entryKey(ip: string, protocol: string, port: number | string): string {
  return `${ip} ${protocol} ${port}`;
}

const WITH_SERVICES = ['KUBE-SERVICES', 'KUBE-EXTERNAL-SERVICES'];

/**
 * The entries in kube-proxy's chains in iptables mode, of any release: rules that lead to a Service's chain,
 * or refuse what has no endpoint. One pass, in which no rule is parsed further than that.
 */
export function entriesInChains(tables: readonly Table[]): ServedEntry[] {
  return tables
    .flatMap((table) => WITH_SERVICES.flatMap((name) => table.chain(name) ?? []))
    .flatMap(entriesOf);
}

function entriesOf(services: Chain): ServedEntry[] {
  const found: ServedEntry[] = [];
  for (let at = 0; at < services.size; at++) {
    const text = ruleText(services, at);
    const [, destination] = / -d (\S+?)(?:\/(?:32|128))? /.exec(text) ?? [];
    if (destination === undefined) continue;
    const [, jump] = / -j (KUBE-(?:SVC|SVL|EXT|FW|XLB)-\S+|REJECT|DROP)/.exec(text) ?? [];
    if (jump === undefined) continue;
    const chain = jump.startsWith('KUBE-') ? jump : null;
    const [, protocol] = / -p (\w+) /.exec(text) ?? [];
    const [, port] = / --dport (\d+)(?= )/.exec(text) ?? [];
    const ip = destination.includes(':') ? parseIp(destination)?.text : destination;
    if (ip && protocol && port) found.push({ key: entryKey(ip, protocol, port), chain, text });
  }
  return found;
}

const MAPS = ['service-ips', 'no-endpoint-services'];

/**
 * The entries in kube-proxy's maps in nftables mode, of what `nft -j list` prints (nft 1.0.6); null: it is no
 * such listing.
 */
export function entriesInMaps(listing: string, family: 'ip' | 'ip6'): ServedEntry[] | null {
  const items = at(parsed(listing), 'nftables');
  if (!Array.isArray(items)) return null;
  return items.flatMap((item) => {
    const map = at(item, 'map');
    const name = at(map, 'name');
    const isOwn = at(map, 'table') === 'kube-proxy' && at(map, 'family') === family;
    const elements = at(map, 'elem');
    if (!isOwn || typeof name !== 'string' || !MAPS.includes(name)) return [];
    return Array.isArray(elements) ? elements.flatMap((one) => entryOf(name, one) ?? []) : [];
  });
}

/** Of `[KEY, VERDICT]`, where KEY has a comment or has none. */
function entryOf(map: string, element: unknown): ServedEntry | null {
  const [key] = Array.isArray(element) ? element : [];
  const parts = at(at(at(key, 'elem'), 'val') ?? key, 'concat');
  const [ip, protocol, port] = Array.isArray(parts) ? parts : [];
  const address = typeof ip === 'string' ? parseIp(ip)?.text : undefined;
  if (!address || typeof protocol !== 'string' || typeof port !== 'number') return null;
  return {
    key: entryKey(address, protocol, port),
    chain: null,
    text: `map ${map}: ${address} . ${protocol} . ${port}`,
  };
}

function at(value: unknown, key: string): unknown {
  return typeof value === 'object' && value !== null
    ? (value as Record<string, unknown>)[key]
    : undefined;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
