import type { Ip } from '../net/ip.ts';
import type { AddressKind } from './addresses-apart.ts';
import type { Side } from './checked-interfaces.ts';
import type { Flow, Stopped } from './flow.ts';
import { listed } from './loss.ts';
import { PROTOCOLS } from './packet.ts';
import type { PortKind } from './ports-apart.ts';
import { atAddresses, stoppedAt } from './stopped-at.ts';
import { unknown } from './verdict.ts';

/** More are never tried: rules that tell so many apart are told of as not known. */
const MOST_PACKETS = 100_000;

/** Packets to a port, of TCP or UDP. */
export interface Datagram {
  protocol: number;
  port: number;
  source: Ip;
  destination: Ip;
}

/** Which of them are stopped; empty: most are. */
export interface StoppedPackets {
  which: string;
  stopped: Stopped;
}

/**
 * Tries a packet of each kind that is told apart: of TCP and of UDP, from these sources, to each kind of
 * destination and of port. Where most are stopped for a reason, it is told once.
 */
export function stoppedPackets(
  sides: { before: Side; after: Side },
  sources: readonly Ip[],
  { destinations, ports }: { destinations: readonly AddressKind[]; ports: readonly PortKind[] },
  flowOf: (packet: Datagram) => Flow,
): StoppedPackets[] {
  if (sources.length * destinations.length * ports.length > MOST_PACKETS) {
    const verdict = unknown(`rules tell more than ${MOST_PACKETS} kinds of packets apart`);
    return [{ which: '', stopped: { flow: () => verdict, reason: verdict.reason } }];
  }
  const all = sources.flatMap((source) =>
    (['tcp', 'udp'] as const).flatMap((name) =>
      ports.flatMap((port) =>
        stoppedAt(sides, destinations, (destination) =>
          flowOf({ protocol: PROTOCOLS[name] ?? 0, source, destination, port: port.one }),
        ).map(({ stopped, kinds }) => ({
          stopped,
          isMost: port.isRest && kinds.some(({ isRest }) => isRest),
          which: `${name.toUpperCase()}${onPorts(port)}${atAddresses('to', kinds)}`,
        })),
      ),
    ),
  );
  return [...Map.groupBy(all, ({ stopped }) => stopped.reason).values()].flatMap((alike) => {
    const most = alike.find(({ isMost }) => isMost);
    return most ? [{ ...most, which: '' }] : alike;
  });
}

function onPorts({ ranges, isRest }: PortKind): string {
  if (isRest) return '';
  const texts = ranges.map(([first, last]) => (first === last ? `${first}` : `${first}-${last}`));
  return ` port ${listed(texts)}`;
}
