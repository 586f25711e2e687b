import * as z from 'zod/mini';
import { type Family, type Ip, parseIp } from '../ip.ts';
import type { Route, RoutingRule, WalkInterface } from '../netfilter/node-network.ts';
import type { Prefix } from './prefix.ts';

/** What was read of a program's answer. */
export interface IpAnswer<T> {
  /** undefined: it is no JSON list. */
  items: T[] | undefined;
  /** Why it is none, or which items were left out and why. */
  problems: string[];
}

const address = z.looseObject({
  local: z.string(),
  prefixlen: z.number(),
  scope: z._default(z.string(), 'global'),
});

const link = z.looseObject({
  ifname: z.string(),
  flags: z._default(z.array(z.string()), []),
  addr_info: z._default(z.array(z.unknown()), []),
});

const hop = z.looseObject({
  gateway: z.optional(z.string()),
  via: z.optional(z.looseObject({ host: z.string() })),
  dev: z.optional(z.string()),
  weight: z.optional(z.number()),
  flags: z._default(z.array(z.string()), []),
});

const route = z.extend(hop, {
  type: z._default(z.string(), 'unicast'),
  dst: z.string(),
  table: z._default(z.string(), 'main'),
  prefsrc: z.optional(z.string()),
  metric: z._default(z.number(), 0),
  tos: z.optional(z.string()),
  nexthops: z.optional(z.array(hop)),
});

const rule = z.looseObject({
  priority: z.number(),
  not: z.optional(z.unknown()),
  src: z._default(z.string(), 'all'),
  srclen: z.optional(z.number()),
  dst: z._default(z.string(), 'all'),
  dstlen: z.optional(z.number()),
  iif: z.optional(z.string()),
  oif: z.optional(z.string()),
  fwmark: z.optional(z.string()),
  fwmask: z.optional(z.string()),
  table: z.optional(z.string()),
  action: z.optional(z.string()),
});

/** Of a next hop (print_rt_flags). */
const FAULTS = ['dead', 'linkdown'] as const;

/** What a rule may say besides, without consequence for where a packet goes. */
const RULE_REMARKS = ['protocol', 'flags', 'iif_detached', 'oif_detached'];

/** Reads `ip -j address show` (iproute2 6.1, ip/ipaddress.c). */
export function readAddresses(text: string): IpAnswer<WalkInterface> {
  return readList(text, link, ({ ifname, flags, addr_info }) => ({
    name: ifname,
    up: flags.includes('UP'),
    loopback: flags.includes('LOOPBACK'),
    addresses: addr_info.flatMap((item) => {
      // `ip` prints an empty object for what it left out.
      const parsed = z.safeParse(address, item);
      const ip = parsed.success && parseIp(parsed.data.local);
      return ip ? [{ ip, prefix: parsed.data.prefixlen, scope: parsed.data.scope }] : [];
    }),
  }));
}

/** Reads `ip -4 -j route show table all`, or `-6` (iproute2 6.1, ip/iproute.c). */
export function readRoutes(text: string, family: Family): IpAnswer<Route> {
  return readList(text, route, (item) => ({
    table: item.table,
    type: item.type,
    destination: readPrefix(item.dst, family),
    typeOfService: item.tos ?? null,
    hops: (item.nexthops ?? (item.dev || item.gateway ? [item] : [])).map((it) => ({
      gateway: readOptionalIp(it.gateway ?? it.via?.host),
      device: it.dev ?? null,
      weight: it.weight ?? 1,
      fault: FAULTS.find((fault) => it.flags.includes(fault)) ?? null,
    })),
    preferredSource: readOptionalIp(item.prefsrc),
    metric: item.metric,
  }));
}

/** Reads `ip -4 -j rule show`, or `-6` (iproute2 6.1, ip/iprule.c). */
export function readRules(text: string, family: Family): IpAnswer<RoutingRule> {
  return readList(text, rule, (item) => {
    const known = [...Object.keys(rule.shape), ...RULE_REMARKS];
    const foreign = Object.keys(item).filter((key) => !known.includes(key));
    return {
      family,
      priority: item.priority,
      from: readSelector(item.src, item.srclen, family),
      to: readSelector(item.dst, item.dstlen, family),
      inInterface: item.iif ?? null,
      outInterface: item.oif ?? null,
      mark: item.fwmark ? readMark(item.fwmark, item.fwmask) : null,
      not: 'not' in item,
      table: item.table ?? null,
      // A lookup that comes to a rule with something else in it says that it does not know.
      action: foreign.length > 0 ? foreign.join(' ') : (item.action ?? null),
    };
  });
}

/** Reads a list of these; what is no such item is left out. */
export function readList<S extends z.ZodMiniType, T>(
  text: string,
  schema: S,
  convert: (item: z.output<S>) => T,
): IpAnswer<T> {
  let list: unknown;
  try {
    list = JSON.parse(text);
  } catch (error) {
    return { items: undefined, problems: [error instanceof Error ? error.message : String(error)] };
  }
  if (!Array.isArray(list)) return { items: undefined, problems: ['not a list'] };
  const items: T[] = [];
  const problems: string[] = [];
  for (const [index, item] of list.entries()) {
    const parsed = z.safeParse(schema, item);
    try {
      if (parsed.success) items.push(convert(parsed.data));
      else problems.push(`item ${index}: ${z.prettifyError(parsed.error)}`);
    } catch (error) {
      problems.push(`item ${index}: ${error instanceof Error ? error.message : error}`);
    }
  }
  return { items, problems };
}

/** `default`, an address or a prefix. */
function readPrefix(text: string, family: Family): Prefix {
  const bits = family === 4 ? 32 : 128;
  if (text === 'default') return { ip: readIp(family === 4 ? '0.0.0.0' : '::'), prefix: 0 };
  const [ip = '', length] = text.split('/');
  return { ip: readIp(ip), prefix: length === undefined ? bits : Number(length) };
}

function readSelector(text: string, length: number | undefined, family: Family): Prefix | null {
  if (text === 'all') return null;
  return { ip: readIp(text), prefix: length ?? (family === 4 ? 32 : 128) };
}

/** Values are printed as `0x4000`, the mask only if it is not all ones. */
function readMark(value: string, mask = '0xffffffff'): { value: number; mask: number } {
  return { value: Number(value), mask: Number(mask) };
}

function readOptionalIp(text: string | undefined): Ip | null {
  return text === undefined ? null : readIp(text);
}

function readIp(text: string): Ip {
  const ip = parseIp(text);
  if (!ip) throw new RangeError(`not an address: ${text}`);
  return ip;
}
