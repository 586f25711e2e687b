import type { Family, Ip } from '../net/ip.ts';
import type { CheckedInterface } from './checked-interfaces.ts';
import { type Flow, into, outOf, type Stopped, stoppedBetween } from './flow.ts';
import type { InterfaceKind } from './interface-kind.ts';
import { type Loss, lossOf } from './loss.ts';
import type { NodeAddress } from './node-addresses.ts';
import type { Packet } from './packet.ts';

/** What nodes of a cluster say to each other, each to the other's port. */
interface Spoken {
  what: string;
  protocol: number;
  ports: readonly (number | null)[];
  icmp?: Packet['icmp'];
  isAnswered: boolean;
}

const TCP = { protocol: 6, isAnswered: true };

/** The ports are those of kubeadm and of docs.tigera.io/calico/latest/getting-started/kubernetes/requirements. */
const SPOKEN: readonly Spoken[] = [
  { what: 'BGP', ports: [179], ...TCP },
  { what: 'VXLAN', ports: [4789], protocol: 17, isAnswered: false },
  { what: 'Typha (port 5473)', ports: [5473], ...TCP },
  { what: 'etcd (ports 2379 and 2380)', ports: [2379, 2380], ...TCP },
  { what: 'kubelet (port 10250)', ports: [10_250], ...TCP },
];

const echo = (type: number): Spoken => ({
  what: 'ICMP echo',
  protocol: type === 8 ? 1 : 58,
  ports: [null],
  icmp: { type, code: 0 },
  isAnswered: true,
});

const SPOKEN_IN: Record<Family, readonly Spoken[]> = {
  4: [...SPOKEN, { what: 'IPIP', protocol: 4, ports: [null], isAnswered: false }, echo(8)],
  6: [...SPOKEN, echo(128)],
};

/** What the node and other nodes no longer say to each other through the interface. */
export function nodeToNodeLosses(
  { node }: CheckedInterface,
  kind: InterfaceKind,
  own: readonly Ip[],
  peers: readonly NodeAddress[],
): Loss[] {
  const { ingress, egress } = kind;
  return own.flatMap((here) => {
    const near = `${here.family} ${ingress.destination.keyOf(here)} ${egress.source.keyOf(here)}`;
    return peers
      .filter(({ ip }) => ip.family === here.family)
      .flatMap(({ node: peer, ip: there }) => {
        const far = `${ingress.source.keyOf(there)} ${egress.destination.keyOf(there)}`;
        return kind
          .once(`node to node ${near} ${far}`, () => stoppedBoth(kind, here, there))
          .map(({ what, stopped }): Loss => {
            return lossOf(stopped, { before: `${what} between ${node} and `, subject: peer });
          });
      });
  });
}

function stoppedBoth(
  { before, after }: InterfaceKind,
  here: Ip,
  there: Ip,
): { what: string; stopped: Stopped }[] {
  return SPOKEN_IN[here.family].flatMap(({ what, ports, ...packet }) => {
    const flows = ports.flatMap((port): Flow[] => [
      into({ ...packet, port, source: there, destination: here }),
      outOf({ ...packet, port, source: here, destination: there }),
    ]);
    return flows.flatMap((flow) => {
      const stopped = stoppedBetween(before, after, flow);
      return stopped ? { what, stopped } : [];
    });
  });
}
