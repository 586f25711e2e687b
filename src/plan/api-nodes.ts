import { addressAndPort } from '../net/address-and-port.ts';
import { parseIp } from '../net/ip.ts';
import { apiEndpoints } from '../snapshot/api-endpoints.ts';
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
  return apiEndpoints(snapshot).ips.flatMap((text) => {
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
  return apiEndpoints(snapshot).ports[0] ?? USUAL_PORT;
}
