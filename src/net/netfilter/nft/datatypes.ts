import { parseIp } from '../../ip.ts';
import type { Expression } from './syntax.ts';

/** How constants of a kind are written. nft 1.0.6 src/datatype.c, src/ct.c, src/fib.c, src/proto.c. */
export type Datatype =
  | 'integer'
  | 'raw'
  | 'mark'
  | 'ip_address'
  | 'interface'
  | 'inet_service'
  | 'inet_proto'
  | 'nfproto'
  | 'ether_type'
  | 'ct_state'
  | 'ct_status'
  | 'ct_direction'
  | 'ct_label'
  | 'address_type'
  | 'tcp_flag'
  | 'pkttype'
  | 'icmp_type'
  | 'icmpv6_type';

/** Numbers from one to another, both included. Names of interfaces are numbers too: 16 bytes. */
export interface Interval {
  first: bigint;
  last: bigint;
}

const SYMBOLS: Partial<Record<Datatype, Record<string, bigint>>> = {
  inet_proto: {
    icmp: 1n,
    igmp: 2n,
    ipencap: 4n,
    tcp: 6n,
    udp: 17n,
    dccp: 33n,
    ipv6: 41n,
    gre: 47n,
    esp: 50n,
    ah: 51n,
    'ipv6-icmp': 58n,
    icmpv6: 58n,
    ipcomp: 108n,
    comp: 108n,
    sctp: 132n,
    udplite: 136n,
  },
  nfproto: { ipv4: 2n, ipv6: 10n },
  ether_type: { ip: 0x0800n, arp: 0x0806n, vlan: 0x8100n, ip6: 0x86ddn },
  // include/uapi/linux/netfilter/nf_conntrack_common.h: NF_CT_STATE_BIT, enum ip_conntrack_status.
  ct_state: { invalid: 1n, established: 2n, related: 4n, new: 8n, untracked: 64n },
  ct_status: {
    expected: 1n,
    'seen-reply': 2n,
    assured: 4n,
    confirmed: 8n,
    snat: 16n,
    dnat: 32n,
    dying: 512n,
  },
  ct_direction: { original: 0n, reply: 1n },
  // include/uapi/linux/rtnetlink.h: RTN_…
  address_type: {
    unspec: 0n,
    unicast: 1n,
    local: 2n,
    broadcast: 3n,
    anycast: 4n,
    multicast: 5n,
    blackhole: 6n,
    unreachable: 7n,
    prohibit: 8n,
    throw: 9n,
    nat: 10n,
    xresolve: 11n,
  },
  tcp_flag: { fin: 1n, syn: 2n, rst: 4n, psh: 8n, ack: 16n, urg: 32n, ecn: 64n, cwr: 128n },
  pkttype: { host: 0n, unicast: 0n, broadcast: 1n, multicast: 2n, other: 3n },
  icmp_type: {
    'echo-reply': 0n,
    'destination-unreachable': 3n,
    'source-quench': 4n,
    redirect: 5n,
    'echo-request': 8n,
    'router-advertisement': 9n,
    'router-solicitation': 10n,
    'time-exceeded': 11n,
    'parameter-problem': 12n,
    'timestamp-request': 13n,
    'timestamp-reply': 14n,
    'info-request': 15n,
    'info-reply': 16n,
    'address-mask-request': 17n,
    'address-mask-reply': 18n,
  },
  icmpv6_type: {
    'destination-unreachable': 1n,
    'packet-too-big': 2n,
    'time-exceeded': 3n,
    'parameter-problem': 4n,
    'echo-request': 128n,
    'echo-reply': 129n,
    'mld-listener-query': 130n,
    'mld-listener-report': 131n,
    'mld-listener-done': 132n,
    'mld-listener-reduction': 132n,
    'nd-router-solicit': 133n,
    'nd-router-advert': 134n,
    'nd-neighbor-solicit': 135n,
    'nd-neighbor-advert': 136n,
    'nd-redirect': 137n,
    'router-renumbering': 138n,
    'ind-neighbor-solicit': 141n,
    'ind-neighbor-advert': 142n,
    'mld2-listener-report': 143n,
  },
  // nft up to 0.9.0 names ports (-n since gives numbers); the usual ones of /etc/services.
  inet_service: {
    ftp: 21n,
    ssh: 22n,
    telnet: 23n,
    smtp: 25n,
    domain: 53n,
    bootps: 67n,
    bootpc: 68n,
    http: 80n,
    ntp: 123n,
    snmp: 161n,
    bgp: 179n,
    https: 443n,
    imaps: 993n,
    'http-alt': 8080n,
  },
};

/** Whether values of the type are sets of bits, so that a match asks for any of them. */
export function isBitmask(type: Datatype): boolean {
  return ['ct_state', 'ct_status', 'ct_label', 'tcp_flag'].includes(type);
}

/** A constant as the numbers it stands for; null when it is not known what it stands for. */
export function intervalOf(expression: Expression, type: Datatype): Interval | null {
  switch (expression.kind) {
    case 'literal':
      return literalInterval(expression.text, type);
    case 'prefix': {
      const address = parseIp(expression.address);
      if (!address) return null;
      const hosts = (1n << BigInt((address.family === 4 ? 32 : 128) - expression.length)) - 1n;
      return { first: address.value & ~hosts, last: address.value | hosts };
    }
    case 'range': {
      const first = literalInterval(expression.first, type);
      const last = literalInterval(expression.last, type);
      return first && last && { first: first.first, last: last.last };
    }
    case 'list':
      return combine(expression.items, type, (a, b) => a | b);
    case 'binary':
      return expression.operator === '|' || expression.operator === '&'
        ? combine([expression.left, expression.right], type, (a, b) =>
            expression.operator === '|' ? a | b : a & b,
          )
        : null;
    default:
      return null;
  }
}

function combine(
  parts: readonly Expression[],
  type: Datatype,
  join: (a: bigint, b: bigint) => bigint,
): Interval | null {
  const values = parts.map((part) => intervalOf(part, type));
  if (values.some((value) => value === null || value.first !== value.last)) return null;
  const value = values.map((one) => one?.first ?? 0n).reduce(join);
  return { first: value, last: value };
}

function literalInterval(text: string, type: Datatype): Interval | null {
  if (type === 'interface') return interfaceInterval(text);
  const symbol = SYMBOLS[type]?.[text];
  const value =
    symbol ?? (type === 'ip_address' ? parseIp(text)?.value : undefined) ?? number(text);
  return value === null ? null : { first: value, last: value };
}

function number(text: string): bigint | null {
  return /^\d+$/.test(text) ? BigInt(text) : null;
}

// `eth*` is every name that begins so. `missing` and 0 (nft 1.0) say that there is no interface.
// A bare number is the index of an interface that is gone: its name is not known.
function interfaceInterval(text: string): Interval | null {
  if (text === 'missing' || text === '0') return { first: 0n, last: 0n };
  if (text === 'exists') return { first: 1n, last: (1n << 128n) - 1n };
  if (/^\d+$/.test(text)) return null;
  if (text.endsWith('*') && !text.endsWith('\\*')) {
    const first = interfaceNumber(text.slice(0, -1));
    const rest = (1n << (8n * BigInt(16 - Math.min(16, text.length - 1)))) - 1n;
    return { first, last: first | rest };
  }
  const value = interfaceNumber(text.replace(/\\\*$/, '*'));
  return { first: value, last: value };
}

/** An interface's name as the 16 bytes that nft compares; none at all (null) is 0. */
export function interfaceNumber(name: string | null): bigint {
  let value = 0n;
  for (let i = 0; i < 16; i++)
    value = (value << 8n) | BigInt((name ?? '').charCodeAt(i) & 255 || 0);
  return value;
}
