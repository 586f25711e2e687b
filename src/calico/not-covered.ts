import { type Service, serviceKey } from '../snapshot/kubernetes.ts';
import type { Snapshot } from '../snapshot/model.ts';
import type { Holder } from '../snapshot/queries.ts';
import type { JudgedInterface } from './guard-report.ts';

/** A way to the Service that the endpoints of these interfaces do not watch. */
export interface NotCovered {
  kind: 'segment-interface' | 'other-interface' | 'node-port' | 'pods' | 'nodes' | 'unread-node';
  /** e.g. `k2 ens34`, `30080/TCP`, `k2`; empty: not one thing. */
  object: string;
  message: string;
}

/** What of the ways to the Services is open, but for the interfaces that are told of anyway. */
export function notCovered(
  snapshot: Snapshot,
  services: readonly Service[],
  {
    holders,
    interfaces,
    others,
  }: {
    holders: readonly Holder[];
    interfaces: readonly JudgedInterface[];
    others: readonly JudgedInterface[];
  },
): NotCovered[] {
  const isOpen = ({ ports }: JudgedInterface) =>
    ports.some(({ reach }) => reach.some(({ outcome }) => outcome !== 'denied'));
  const because = ({ ports }: JudgedInterface, says: string) => {
    const open = ports.flatMap(({ reach }) => reach).find(({ outcome }) => outcome !== 'denied');
    return open?.outcome === 'unknown' ? `not known: ${open.reason}` : `${open?.reason}: ${says}`;
  };
  const unread = Object.values(snapshot.nodes).filter(({ facts }) => facts === undefined);
  return [
    ...interfaces
      .filter(({ endpoint, ports }) => endpoint === null && ports.length > 0)
      .map((one) => ({
        kind: 'segment-interface' as const,
        object: `${one.node} ${one.interface}`,
        message: because(
          one,
          isHolder(holders, one.node, one.interface)
            ? 'it has the address, and everybody gets in'
            : `a host of the segment that routes through ${one.node} gets in`,
        ),
      })),
    ...others.filter(isOpen).map((one) => ({
      kind: 'other-interface' as const,
      object: `${one.node} ${one.interface}`,
      message: because(one, 'kube-proxy serves the address there, too'),
    })),
    ...unread.map(({ name, status, message }) => ({
      kind: 'unread-node' as const,
      object: name,
      message: `its interfaces are not known: ${status}${message === undefined ? '' : `: ${message}`}`,
    })),
    ...services.flatMap(nodePortsOf),
    {
      kind: 'pods',
      object: '',
      message: 'pods of the cluster reach the Service without coming in through an interface',
    },
    {
      kind: 'nodes',
      object: '',
      message: 'so do the nodes themselves, and pods with the network of their node',
    },
  ];
}

function nodePortsOf(service: Service): NotCovered[] {
  return (service.spec.ports ?? []).flatMap(({ nodePort, protocol }) =>
    nodePort === undefined
      ? []
      : {
          kind: 'node-port',
          object: `${nodePort}/${protocol ?? 'TCP'}`,
          message: `leads to ${serviceKey(service)} on every address of every node`,
        },
  );
}

/** Whether this interface has the address. */
export function isHolder(holders: readonly Holder[], node: string, name: string): boolean {
  return holders.some((holder) => holder.node === node && holder.interface === name);
}
