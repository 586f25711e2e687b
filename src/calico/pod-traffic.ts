import type { IpRange } from '../net/ip.ts';
import { everyAddress } from './addresses-apart.ts';
import type { CheckedInterface } from './checked-interfaces.ts';
import type { Direction } from './endpoint-policies.ts';
import type { Flow } from './flow.ts';
import type { InterfaceKind } from './interface-kind.ts';
import type { Loss } from './loss.ts';
import { packetLoss } from './own-traffic.ts';
import { type Datagram, stoppedPackets } from './stopped-packets.ts';

/** What pods no longer send and get through the interface, past all Services. */
export function podTrafficLosses(
  { node, interface: name }: CheckedInterface,
  kind: InterfaceKind,
  podRanges: readonly IpRange[],
): Loss[] {
  const found = kind.once('pods', () =>
    ([4, 6] as const).flatMap((family) => {
      const pods = podRanges.filter(({ first }) => first.family === family);
      const every = [everyAddress(family)];
      return [...sent(kind, 'egress', pods, every), ...sent(kind, 'ingress', every, pods)];
    }),
  );
  return found.map((one) => packetLoss(`what pods on ${node} send and get by ${name}`, one));
}

function sent(
  kind: InterfaceKind,
  direction: Direction,
  from: readonly IpRange[],
  to: readonly IpRange[],
) {
  const { source, destination, ports } = kind[direction];
  const sources = source.kinds(from).map(({ one }) => one);
  const destinations = destination.kinds(to);
  const flowOf =
    ({ port, ...rest }: Datagram): Flow =>
    ({ judge }) => {
      const packet = { ...rest, sourcePort: null, destinationPort: port };
      return judge.judge({ direction, through: 'forward', packet });
    };
  return stoppedPackets(kind, sources, { destinations, ports }, flowOf);
}
