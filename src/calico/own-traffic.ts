import { type Ip, parseIp } from '../net/ip.ts';
import { everyAddress } from './addresses-apart.ts';
import type { CheckedInterface } from './checked-interfaces.ts';
import { into, outOf, type Stopped } from './flow.ts';
import type { InterfaceKind } from './interface-kind.ts';
import type { Loss } from './loss.ts';
import { atAddresses, stoppedAt } from './stopped-at.ts';
import { type StoppedPackets, stoppedPackets } from './stopped-packets.ts';

/** What the node itself no longer sends and asks for through the interface, and gets of what it asked for. */
export function ownTrafficLosses(
  { node, interface: name, link }: CheckedInterface,
  kind: InterfaceKind,
  own: readonly Ip[],
): Loss[] {
  const { egress, ingress } = kind;
  return own.flatMap((here): Loss[] => {
    const key = `${here.family} ${egress.source.keyOf(here)} ${ingress.destination.keyOf(here)}`;
    if (link?.loopback) {
      const inside = kind.once(`itself ${key}`, () => toItself(kind, here));
      return inside.map((one) => packetLoss(`what ${node} sends to itself`, one));
    }
    const sent = kind.once(`sent ${key}`, () => sentFrom(kind, here));
    const dns = kind.once(`DNS ${key}`, () => dnsFrom(kind, here));
    const dhcp = kind.once(`DHCP ${key}`, () => (here.family === 4 ? dhcpOf(kind, here) : []));
    const before = `DHCP on ${node} ${name}`;
    return [
      ...sent.map((one) => packetLoss(`what ${node} itself sends by ${name}`, one)),
      ...dns.map(({ stopped, kinds }) => {
        const after = atAddresses('to', kinds);
        return { before: `DNS queries of ${node} by ${name}`, subject: '', after, stopped };
      }),
      ...dhcp.map((stopped) => ({ before, subject: '', after: '', stopped })),
    ];
  });
}

/** With the packets in words, where they are not most. */
export function packetLoss(what: string, { which, stopped }: StoppedPackets): Loss {
  return { before: which === '' ? what : `${what}: `, subject: which, after: '', stopped };
}

function sentFrom(kind: InterfaceKind, here: Ip): StoppedPackets[] {
  const { destination, ports } = kind.egress;
  const destinations = destination.kinds([everyAddress(here.family)]);
  return stoppedPackets(kind, [here], { destinations, ports }, (packet) =>
    outOf({ ...packet, isAnswered: true }),
  );
}

/** Through the loopback everything goes out and comes in again. */
function toItself(kind: InterfaceKind, here: Ip): StoppedPackets[] {
  const destinations = [{ one: here, ranges: [], isRest: true }];
  return ([outOf, into] as const).flatMap((way, index) => {
    const { ports } = index === 0 ? kind.egress : kind.ingress;
    return stoppedPackets(kind, [here], { destinations, ports }, (packet) =>
      way({ ...packet, isAnswered: true }),
    );
  });
}

function dnsFrom(kind: InterfaceKind, here: Ip) {
  const anywhere = kind.egress.destination.kinds([everyAddress(here.family)]);
  return [6, 17].flatMap((protocol) =>
    stoppedAt(kind, anywhere, (destination) =>
      outOf({ protocol, source: here, destination, port: 53, isAnswered: true }),
    ),
  );
}

/** Servers answer to the address that they give out, or to all. */
function dhcpOf(kind: InterfaceKind, here: Ip): Stopped[] {
  const every = [everyAddress(4)];
  const all = parseIp('255.255.255.255') as Ip;
  const udp = { protocol: 17, isAnswered: false };
  const asking = stoppedAt(kind, kind.egress.destination.kinds(every), (destination) =>
    outOf({ ...udp, source: here, sourcePort: 68, destination, port: 67 }),
  );
  const told = [here, all].flatMap((destination) =>
    stoppedAt(kind, kind.ingress.source.kinds(every), (source) =>
      into({ ...udp, source, sourcePort: 67, destination, port: 68 }),
    ),
  );
  return [...asking, ...told].map(({ stopped }) => stopped);
}
