import { addressAndPort } from '../net/address-and-port.ts';
import { type Ip, parseIp } from '../net/ip.ts';
import { oncePer } from '../once-per.ts';
import { endpointsOf, isReady } from '../snapshot/endpoints.ts';
import type { Service } from '../snapshot/kubernetes.ts';
import type { Snapshot } from '../snapshot/model.ts';
import { holdersOf, isUnread } from '../snapshot/queries.ts';
import { OF_IPVS } from './beside-rules.ts';
import type { Flow } from './explanation.ts';
import type { NodeEvidence } from './node-evidence.ts';
import type { Asking, Target } from './targets.ts';

/** All that was found, for the checks that join it. */
export interface Evidence {
  /** With the state of every node that was asked. */
  snapshot: Snapshot;
  asking: Asking;
  /** The Services that it is about. */
  services: readonly Service[];
  targets: readonly Target[];
  /** Of every node whose files were read. */
  nodes: readonly NodeEvidence[];
  /** Of all nodes; the same on several is one. */
  flows: readonly Flow[];
}

/** Where an address is. */
export interface Place {
  node: string;
  /** null: not known. */
  interface: string | null;
}

/** The nodes that have the address, as far as is known. */
export function holders({ snapshot, nodes }: Evidence, ip: string): Place[] {
  const told = holdersOf(snapshot, ip).filter((it) => it.interface !== OF_IPVS);
  const seen = nodes.filter(
    ({ node, servedBy, addresses }) =>
      servedBy !== 'ipvs' &&
      addresses.get(ip)?.isOwn === true &&
      !snapshot.nodes[node]?.facts &&
      !told.some((holder) => holder.node === node),
  );
  return [...told, ...seen.map(({ node }) => ({ node, interface: null }))].map((it) => ({
    node: it.node,
    interface: it.interface,
  }));
}

/** The cluster's nodes of which it is not known what addresses they have. */
export const nodesUnread = oncePer(({ snapshot, nodes }: Evidence): readonly string[] => {
  const known = new Set(
    nodes.filter(({ addresses }) => allKnown(addresses)).map(({ node }) => node),
  );
  return nodesWithoutFacts(snapshot).filter((name) => !known.has(name));
});

/** The cluster's nodes whose interfaces are not known, with words for one that is not listed. */
export function nodesWithoutFacts(snapshot: Snapshot): string[] {
  const names = snapshot.cluster.nodes.map(({ metadata }) => metadata.name);
  const without = names.filter((name) => !snapshot.nodes[name]?.facts);
  return isUnread(snapshot, 'nodes') ? [...without, 'a node that is not listed'] : without;
}

function allKnown(addresses: NodeEvidence['addresses']): boolean {
  return [...addresses.values()].every(({ isOwn }) => isOwn !== undefined);
}

/** The nodes that have an interface on the address's segment. */
export function nodesOnSegment({ nodes }: Evidence, ip: string): string[] {
  return nodes.filter(({ addresses }) => addresses.get(ip)?.segment).map(({ node }) => node);
}

/** The nodes that have the address and do not answer for it on its segment. */
export function silentHolders(evidence: Evidence, ip: string): string[] {
  const places = new Set(holders(evidence, ip).map(({ node }) => node));
  return evidence.nodes
    .filter(({ node, addresses }) => places.has(node) && addresses.get(ip)?.answers === false)
    .map(({ node }) => node);
}

/** The addresses that a Service is served on from outside, with the Services. */
export function outsideAddresses({ targets }: Evidence): { ip: string; services: Service[] }[] {
  const outside = targets.filter(({ kind, ip }) => kind === 'outside' && ip !== null);
  const byIp = Map.groupBy(outside, ({ ip }) => ip?.text ?? '');
  return [...byIp].map(([ip, own]) => ({
    ip,
    services: [...new Set(own.flatMap(({ service }) => service ?? []))],
  }));
}

/** An endpoint of a target's port. */
export interface TargetEndpoint {
  /** `IP:PORT`, as kube-proxy names it. */
  text: string;
  ip: Ip;
  port: number;
  ready: boolean;
  node: string | null;
}

/** The endpoints of a target's port. */
export function targetEndpoints(
  { snapshot }: Pick<Evidence, 'snapshot'>,
  { service, portName, family }: Target,
): TargetEndpoint[] {
  if (!service) return [];
  return endpointsOf(snapshot, service).flatMap(({ addresses, conditions, nodeName, slice }) => {
    const port = slice.ports?.find(({ name = '' }) => name === portName)?.port;
    const ip = parseIp(addresses[0] ?? '');
    if (port === undefined || ip?.family !== family) return [];
    return {
      text: addressAndPort(ip.text, port),
      ip,
      port,
      ready: isReady({ conditions }),
      node: nodeName ?? null,
    };
  });
}
