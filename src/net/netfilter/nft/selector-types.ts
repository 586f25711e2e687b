import type { Datatype } from './datatypes.ts';
import type { Expression } from './syntax.ts';

const META: Record<string, Datatype> = {
  mark: 'mark',
  iif: 'interface',
  oif: 'interface',
  iifname: 'interface',
  oifname: 'interface',
  nfproto: 'nfproto',
  protocol: 'ether_type',
  l4proto: 'inet_proto',
  pkttype: 'pkttype',
  skuid: 'integer',
  skgid: 'integer',
};

const CT: Record<string, Datatype> = {
  state: 'ct_state',
  status: 'ct_status',
  label: 'ct_label',
  direction: 'ct_direction',
  mark: 'mark',
  zone: 'integer',
  'ip saddr': 'ip_address',
  'ip daddr': 'ip_address',
  'ip6 saddr': 'ip_address',
  'ip6 daddr': 'ip_address',
  saddr: 'ip_address',
  daddr: 'ip_address',
  'proto-src': 'inet_service',
  'proto-dst': 'inet_service',
  protocol: 'inet_proto',
  l3proto: 'nfproto',
};

const PAYLOAD: Record<string, Datatype> = {
  'ip protocol': 'inet_proto',
  'ip6 nexthdr': 'inet_proto',
  'tcp flags': 'tcp_flag',
  'icmp type': 'icmp_type',
  'icmpv6 type': 'icmpv6_type',
};

/** The type of what an expression gives, which says how constants beside it are read. */
export function typeOf(expression: Expression): Datatype {
  switch (expression.kind) {
    case 'meta':
      return META[expression.key] ?? 'integer';
    case 'ct':
      return CT[expression.key] ?? 'integer';
    case 'payload':
      return payloadType(expression.protocol, expression.field);
    case 'fib':
      return expression.result === 'type' ? 'address_type' : 'interface';
    case 'binary':
      return typeOf(expression.left);
    case 'other':
      return expression.text === 'socket mark' ? 'mark' : 'integer';
    case 'raw':
      return 'raw';
    default:
      return 'integer';
  }
}

function payloadType(protocol: string, field: string): Datatype {
  if (/^[sd]addr$/.test(field) && /^ip6?$/.test(protocol)) return 'ip_address';
  if (/^[sd]port$/.test(field)) return 'inet_service';
  return PAYLOAD[`${protocol} ${field}`] ?? 'integer';
}
