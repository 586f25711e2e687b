import type { Ip, IpRange } from '../net/ip.ts';
import { everyAddress } from './addresses-apart.ts';
import type { CheckedInterface } from './checked-interfaces.ts';
import type { Direction } from './endpoint-policies.ts';
import { exchangeOf } from './exchange.ts';
import type { Flow } from './flow.ts';
import type { InterfaceKind } from './interface-kind.ts';
import type { Loss } from './loss.ts';
import { packetLoss } from './own-traffic.ts';
import { type PacketKinds, stoppedPackets } from './stopped-packets.ts';

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
      const { egress, ingress } = kind;
      const sent: PacketKinds = {
        ports: egress.ports,
        here: egress.source.kinds(pods).map(({ one }) => one),
        there: egress.destination.kinds(every),
        word: 'to',
      };
      const received: PacketKinds = {
        ports: ingress.ports,
        here: ingress.destination.kinds(pods).map(({ one }) => one),
        there: ingress.source.kinds(every),
        word: 'from',
      };
      return [
        ...stoppedPackets(kind, sent, ({ here, there, ...rest }) =>
          through('egress', { ...rest, source: here, destination: there }),
        ),
        ...stoppedPackets(kind, received, ({ here, there, ...rest }) =>
          through('ingress', { ...rest, source: there, destination: here }),
        ),
      ];
    }),
  );
  return found.map((one) => packetLoss(`what pods on ${node} send and get by ${name}`, one));
}

function through(
  direction: Direction,
  { port, ...rest }: { protocol: number; port: number; source: Ip; destination: Ip },
): Flow {
  const packet = { ...rest, sourcePort: null, destinationPort: port };
  return ({ judge }) => exchangeOf(judge, { direction, through: 'forward', packet });
}
