import { type Ip, parseIp } from '../net/ip.ts';
import { everyAddress } from './addresses-apart.ts';
import type { CheckedInterface } from './checked-interfaces.ts';
import { type Flow, into, outOf, type Stopped } from './flow.ts';
import type { InterfaceKind } from './interface-kind.ts';
import { type Loss, lossOf } from './loss.ts';
import { atAddresses, stoppedAt } from './stopped-at.ts';
import { type StoppedPackets, stoppedPackets, type TriedPacket } from './stopped-packets.ts';

/** What the node itself no longer sends and gets through the interface. */
export function ownTrafficLosses(
  { node, interface: name, link }: CheckedInterface,
  kind: InterfaceKind,
  own: readonly Ip[],
): Loss[] {
  const { egress, ingress } = kind;
  return own.flatMap((here): Loss[] => {
    if (link?.loopback) {
      return toItself(kind, here).map((one) => packetLoss(`what ${node} sends to itself`, one));
    }
    const key = `${here.family} ${egress.source.keyOf(here)} ${ingress.destination.keyOf(here)}`;
    const sent = kind.once(`sent ${key}`, () => sentFrom(kind, here));
    const received = kind.once(`received ${key}`, () => receivedAt(kind, here));
    const dns = kind.once(`DNS ${key}`, () => dnsFrom(kind, here));
    const dhcp = kind.once(`DHCP ${key}`, () => (here.family === 4 ? dhcpOf(kind, here) : []));
    return [
      ...sent.map((one) => packetLoss(`what ${node} itself sends by ${name}`, one)),
      ...received.map((one) => packetLoss(`what comes to ${node} itself by ${name}`, one)),
      ...dns.map(({ stopped, kinds }) => {
        const after = atAddresses('to', kinds);
        return lossOf(stopped, { before: `DNS queries of ${node} by ${name}`, after });
      }),
      ...dhcp.map((stopped) => lossOf(stopped, { before: `DHCP on ${node} ${name}` })),
    ];
  });
}

/** With the packets in words, where they are not most. */
export function packetLoss(what: string, { which, stopped }: StoppedPackets): Loss {
  return lossOf(stopped, which === '' ? { before: what } : { before: `${what}: `, subject: which });
}

function sentFrom(kind: InterfaceKind, own: Ip): StoppedPackets[] {
  const { destination, ports } = kind.egress;
  const there = destination.kinds([everyAddress(own.family)]);
  return stoppedPackets(kind, { ports, here: [own], there, word: 'to' }, sending);
}

function receivedAt(kind: InterfaceKind, own: Ip): StoppedPackets[] {
  const { source, ports } = kind.ingress;
  const there = source.kinds([everyAddress(own.family)]);
  return stoppedPackets(kind, { ports, here: [own], there, word: 'from' }, receiving);
}

/** Through the loopback everything goes out and comes in again. */
function toItself(kind: InterfaceKind, own: Ip): StoppedPackets[] {
  const there = [{ one: own, ranges: [], isRest: true }];
  const ends = { here: [own], there, word: 'to' } as const;
  return [
    ...stoppedPackets(kind, { ...ends, ports: kind.egress.ports }, sending),
    ...stoppedPackets(kind, { ...ends, ports: kind.ingress.ports }, receiving),
  ];
}

function sending({ here, there, ...rest }: TriedPacket): Flow {
  return outOf({ ...rest, source: here, destination: there, isAnswered: true });
}

function receiving({ here, there, ...rest }: TriedPacket): Flow {
  return into({ ...rest, source: there, destination: here, isAnswered: true });
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
