import { addressAndPort } from '../net/address-and-port.ts';
import { parseIp } from '../net/ip.ts';
import { serviceKeyOfSlice } from '../snapshot/kubernetes.ts';
import type { Snapshot } from '../snapshot/model.ts';
import { holdersOf } from '../snapshot/queries.ts';

/** A node that serves the API itself. */
export interface ApiNode {
  node: string;
  /** The interface that has the address which its API server advertises. */
  interface: string;
  /** By that address: kubeadm's certificate names it, and not 127.0.0.1. */
  server: string;
}

/** kubeadm's. */
const USUAL_PORT = 6443;

/** The nodes that serve the API, by the addresses that the Service default/kubernetes leads to. */
export function apiNodes(snapshot: Snapshot): ApiNode[] {
  const port = apiPort(snapshot);
  return slicesOf(snapshot)
    .flatMap(({ endpoints }) => endpoints ?? [])
    .flatMap(({ addresses }) => addresses)
    .flatMap((text) => {
      const ip = parseIp(text)?.text;
      if (ip === undefined) return [];
      const server = `https://${addressAndPort(ip, port)}`;
      return holdersOf(snapshot, ip).map(({ node, interface: name }) => ({
        node,
        interface: name,
        server,
      }));
    });
}

/** The one that API servers listen on, which is not that of a proxy in front of them. */
export function apiPort(snapshot: Snapshot): number {
  const ports = slicesOf(snapshot).flatMap((slice) => slice.ports ?? []);
  return ports.find(({ port }) => port !== undefined)?.port ?? USUAL_PORT;
}

function slicesOf({ cluster }: Snapshot) {
  return cluster.endpointSlices.filter(
    (slice) => serviceKeyOfSlice(slice) === 'default/kubernetes',
  );
}
