import { addressAndPort } from '../net/address-and-port.ts';
import type { Ip } from '../net/ip.ts';
import { kubeProxyChain } from '../net/kube-proxy/iptables-chain.ts';
import { nftablesChain } from '../net/kube-proxy/nftables-chain.ts';
import { chainHashes, nftablesHash } from '../net/kube-proxy/service-port.ts';
import { ruleText, ruleTexts } from '../net/netfilter/rule-texts.ts';
import type { Chain, Table } from '../net/netfilter/rules.ts';
import type { Target } from './targets.ts';

/** What kube-proxy has in a node's kernel for an address and port of a Service. */
export interface KernelService {
  /** `refused`: it has it as one without endpoints. */
  state: 'served' | 'refused' | 'absent';
  /** `IP:PORT` of those that its rules lead to; null: not known. */
  endpoints: string[] | null;
}

/**
 * Looks kube-proxy's rules up for the target, in iptables mode of any release or in nftables mode.
 * `listing` is nft's in JSON. null: kube-proxy has no rules there at all, or the target is no Service's.
 */
export function serviceInKernel(
  target: Target,
  tables: readonly Table[],
  listing: string | null,
): KernelService | null {
  const { ip, service } = target;
  if (!ip || !service) return null;
  const family = target.family === 6 ? 'ip6' : 'ip';
  const native = tables.find(
    (table) => table.variant === 'nft' && table.name === 'kube-proxy' && table.family === family,
  );
  if (native && listing !== null) {
    return withKnown(inListing(target, ip, listing), endpointsInNft(target, native));
  }
  const own = tables.filter((table) => table.chain('KUBE-SERVICES'));
  if (own.length === 0) return null;
  return withKnown(inChains(target, ip, own), endpointsInChains(target, own));
}

/** That it is served to nobody only says that its chains are of a kind that is not known here. */
function withKnown(state: KernelService['state'], endpoints: string[] | null): KernelService {
  return { state, endpoints: state === 'served' && endpoints?.length === 0 ? null : endpoints };
}

const WITH_SERVICES = ['KUBE-SERVICES', 'KUBE-EXTERNAL-SERVICES'];

/** A rule leads to the Service's chain, or refuses what has no endpoint. */
function inChains(target: Target, ip: Ip, tables: readonly Table[]): KernelService['state'] {
  const jumps = tables
    .flatMap((table) => WITH_SERVICES.flatMap((name) => table.chain(name) ?? []))
    .flatMap((chain) => targetsOfRules(chain, target, ip));
  if (jumps.some((jump) => /^KUBE-(SVC|SVL|EXT|FW|XLB)-/.test(jump))) return 'served';
  return jumps.some((jump) => jump === 'REJECT' || jump === 'DROP') ? 'refused' : 'absent';
}

/** Where the rules of this address, port and protocol lead. */
function targetsOfRules(chain: Chain, { port, protocol }: Target, ip: Ip): string[] {
  const found: string[] = [];
  const next = (index: number) =>
    chain.nextCandidate?.(index, { destination: ip }) ?? Math.min(index, chain.size);
  for (let at = next(0); at < chain.size; at = next(at + 1)) {
    const text = ruleText(chain, at);
    const [, destination] = / -d (\S+?)(?:\/\d+)? /.exec(text) ?? [];
    const [, dport] = / --dport (\d+)\b/.exec(text) ?? [];
    const [, jump] = / -j (\S+)/.exec(text) ?? [];
    const isOfTarget = destination === ip.text && Number(dport) === port;
    if (jump && isOfTarget && text.includes(` -p ${protocol} `)) found.push(jump);
  }
  return found;
}

/** Of the Service's chains for all endpoints and for those of the node. */
function endpointsInChains(target: Target, tables: readonly Table[]): string[] {
  const hashes = hashesOf(target);
  const chains = tables.flatMap((table) =>
    hashes.flatMap((hash) =>
      ['SVC', 'SVL', 'XLB'].flatMap((kind) => {
        const chain = table.chain(`KUBE-${kind}-${hash}`);
        return chain ? [{ table, chain }] : [];
      }),
    ),
  );
  const found = chains.flatMap(({ table, chain }) =>
    ruleTexts(chain).flatMap((text) => {
      const [, name = ''] = / -j (KUBE-SEP-\S+)/.exec(text) ?? [];
      const own = name === '' ? undefined : table.chain(name);
      return (own && kubeProxyChain(own)?.endpoint) ?? [];
    }),
  );
  return [...new Set(found)];
}

function hashesOf({ service, portName, protocol }: Target): string[] {
  const { name = '', namespace = 'default' } = service?.metadata ?? {};
  return chainHashes({ namespace, name, port: portName, protocol });
}

/** By the elements of kube-proxy's maps, `IP . tcp . 80 : goto CHAIN`. */
function inListing({ port, protocol }: Target, ip: Ip, listing: string): KernelService['state'] {
  const key = `\\[\\s*"${ip.text.replaceAll('.', '\\.')}",\\s*"${protocol}",\\s*${port}\\s*\\]`;
  const element = new RegExp(`${key}[^[]{0,400}?(?:"target":\\s*"([^"]+)"|"drop")`, 'g');
  const states = Array.from(listing.matchAll(element), ([, chain]) =>
    chain !== undefined && /^(service|local|external|firewall)-/.test(chain) ? 'served' : 'refused',
  );
  // What has no endpoint is in a map of its own that is asked first.
  return states.includes('refused') ? 'refused' : (states[0] ?? 'absent');
}

/** Those that kube-proxy's chains of the target lead to, in its table of nftables mode; null: not known. */
export function endpointsInNft(
  { service, portName, protocol }: Target,
  table: Table,
): string[] | null {
  const { name = '', namespace = 'default' } = service?.metadata ?? {};
  const rest = `${namespace}/${name}/${protocol}/${portName}`;
  const names = ['service', 'local'].map((kind) => `${kind}-${nftablesHash(rest)}-${rest}`);
  const texts = names.flatMap((it) => table.chain(it) ?? []).flatMap((it) => ruleTexts(it));
  const chains = texts.flatMap((text) => text.match(/\bendpoint-[A-Z2-7]{8}-[^\s,}]+/g) ?? []);
  const endpoints = [...new Set(chains)].map((chain) => nftablesChain(chain).endpoint);
  const known = endpoints.filter((endpoint) => endpoint !== null);
  if (known.length < endpoints.length) return null;
  return [...new Set([...known, ...texts.flatMap(endpointsInMap)])];
}

/** Newer releases translate in the Service's chain: `dnat to numgen random mod 2 map { 0 : IP . PORT, … }`. */
function endpointsInMap(rule: string): string[] {
  if (!/\bdnat\b/.test(rule)) return [];
  return Array.from(rule.matchAll(/([\da-f.:]+) \. (\d+)(?=[\s,}])/g), ([, ip = '', port]) =>
    addressAndPort(ip, port as string),
  );
}
