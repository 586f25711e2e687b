import { fromValue, type Ip, type IpRange, parseCidr, parseIp } from '../net/ip.ts';
import type { CheckedInterface } from './checked-interfaces.ts';
import { type Flow, into, outOf, stoppedBetween } from './flow.ts';
import type { InterfaceKind } from './interface-kind.ts';
import { type Loss, lossOf } from './loss.ts';
import { subnetsOf } from './node-addresses.ts';

/** Router and neighbour solicitations and advertisements (RFC 4861, section 4). */
const TYPES = [133, 134, 135, 136];

const LINK_LOCAL = parseCidr('fe80::/10') as IpRange;
const UNSPECIFIED = parseCidr('::/128') as IpRange;
const LINK_MULTICAST = parseCidr('ff02::/16') as IpRange;
const ALL_NODES = parseIp('ff02::1') as Ip;
const SOLICITED = parseIp('ff02::1:ff00:0') as Ip;

/** What IPv6 lives by on the interface and no longer gets: its neighbours, its routers, its DHCP server. */
export function neighbourLosses(place: CheckedInterface, kind: InterfaceKind): Loss[] {
  const { node, interface: name, link } = place;
  const own = (link?.addresses ?? [])
    .flatMap(({ ip }) => parseIp(ip) ?? [])
    .filter(({ family }) => family === 6);
  if (!link || link.loopback || own.length === 0) return [];
  const near = [LINK_LOCAL, ...subnetsOf(link).filter(({ first }) => first.family === 6)];
  const from = kind.ingress.source.kinds([...near, UNSPECIFIED]).map(({ one }) => one);
  const to = kind.egress.destination.kinds([...near, LINK_MULTICAST]).map(({ one }) => one);
  const here = [...own, ...own.map(solicitedNode), ALL_NODES];
  const pairs = [
    ...from.flatMap((source) => here.map((destination) => ({ way: into, source, destination }))),
    ...own.flatMap((source) => to.map((destination) => ({ way: outOf, source, destination }))),
  ];
  const told = (what: string, flows: readonly Flow[]) =>
    flows.flatMap((flow): Loss[] => {
      const stopped = stoppedBetween(place.before, place.after, flow);
      const before = `${what} on ${node} ${name}`;
      return stopped ? [lossOf(stopped, { before })] : [];
    });
  return [
    ...told(
      'IPv6 neighbour discovery',
      TYPES.flatMap((type) => pairs.map(({ way, ...ends }) => way(message(type, ends)))),
    ),
    ...told(
      'DHCPv6',
      pairs.map(({ way, ...ends }) => {
        const [sourcePort, port] = way === into ? [547, 546] : [546, 547];
        return way({ protocol: 17, ...ends, sourcePort, port, isAnswered: false });
      }),
    ),
  ];
}

/** A neighbour that asks for this address of the node's, and hears of it. */
export function solicitationsFor(ip: Ip): Flow[] {
  const source = LINK_LOCAL.first;
  return [ip, solicitedNode(ip)].map((destination) => into(message(135, { source, destination })));
}

function message(type: number, ends: { source: Ip; destination: Ip }) {
  return { protocol: 58, ...ends, port: null, icmp: { type, code: 0 }, isAnswered: false };
}

/** The group that an address is asked for in (RFC 4291, section 2.7.1). */
function solicitedNode({ value }: Ip): Ip {
  return fromValue(6, SOLICITED.value | (value & 0xff_ffffn));
}
