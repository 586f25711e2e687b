import type { Ip } from '../net/ip.ts';
import type { AddressKind } from './addresses-apart.ts';
import type { Side } from './checked-interfaces.ts';
import { oneWay } from './exchange.ts';
import type { Flow, Stopped } from './flow.ts';
import { listed } from './loss.ts';
import { PROTOCOLS } from './packet.ts';
import type { PortKind } from './ports-apart.ts';
import { atAddresses, stoppedAt } from './stopped-at.ts';
import { unknown } from './verdict.ts';

/** More are never tried: rules that tell so many apart are told of as not known. */
const MOST_PACKETS = 100_000;

/** Packets of TCP and UDP to be tried: to each kind of port, between each of these and each kind of those. */
export interface PacketKinds {
  ports: readonly PortKind[];
  here: readonly Ip[];
  there: readonly AddressKind[];
  /** What is told of `there`. */
  word: 'from' | 'to';
}

/** One of them. */
export interface TriedPacket {
  protocol: number;
  port: number;
  here: Ip;
  there: Ip;
}

/** Which of them are stopped, e.g. `TCP port 25 to 192.0.2.0/24`; empty: most are. */
export interface StoppedPackets {
  which: string;
  stopped: Stopped;
}

/** Tries a packet of each kind. Where most are stopped for a reason, it is told once. */
export function stoppedPackets(
  sides: { before: Side; after: Side },
  { ports, here, there, word }: PacketKinds,
  flowOf: (packet: TriedPacket) => Flow,
): StoppedPackets[] {
  if (here.length * there.length * ports.length > MOST_PACKETS) {
    const reason = `not known: rules tell more than ${MOST_PACKETS} kinds of packets apart`;
    return [{ which: '', stopped: { flow: () => oneWay(unknown(reason)), reason } }];
  }
  const all = here.flatMap((own) =>
    NAMES.flatMap((name) =>
      ports.flatMap((port) =>
        stoppedAt(sides, there, (other) =>
          flowOf({ protocol: PROTOCOLS[name] ?? 0, port: port.one, here: own, there: other }),
        ).map(({ stopped, kinds }) => ({ name, port, where: atAddresses(word, kinds), stopped })),
      ),
    ),
  );
  const alike = Map.groupBy(all, ({ stopped }) => stopped.reason);
  return [...alike.values()].flatMap((group) => {
    const [first] = group;
    return first ? inWords(group).map((which) => ({ which, stopped: first.stopped })) : [];
  });
}

const NAMES = ['tcp', 'udp'] as const;

interface Found {
  name: (typeof NAMES)[number];
  port: PortKind;
  where: string;
}

/** Where most ports of one protocol are among them, and where it is the same of both, it is said once. */
function inWords(found: readonly Found[]): string[] {
  const byRest = new Map<string, Set<string>>();
  for (const group of Map.groupBy(found, ({ name, where }) => `${name} ${where}`).values()) {
    const [{ name, where }] = group as [Found, ...Found[]];
    const rest = `${onPorts(group.map(({ port }) => port))}${where}`;
    byRest.set(rest, (byRest.get(rest) ?? new Set()).add(name.toUpperCase()));
  }
  if (byRest.get('')?.size === NAMES.length) return [''];
  return Array.from(byRest, ([rest, names]) => `${[...names].join(' and ')}${rest}`);
}

function onPorts(kinds: readonly PortKind[]): string {
  if (kinds.some(({ isRest }) => isRest)) return '';
  const ranges = kinds.flatMap((kind) => kind.ranges);
  const texts = ranges.map(([first, last]) => (first === last ? `${first}` : `${first}-${last}`));
  return ` port ${listed([...new Set(texts)])}`;
}
