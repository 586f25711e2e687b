import { type Ip, inRange } from '../net/ip.ts';
import { type Service, serviceKey } from '../snapshot/kubernetes.ts';
import type { NetworkInterface, Snapshot } from '../snapshot/model.ts';
import {
  answeringNodes,
  hasAddress,
  holdersOf,
  outsideIPs,
  servicePorts,
  subnetHolding,
} from '../snapshot/queries.ts';
import { type AddressSets, addressSets } from './address-sets.ts';
import { agentSettings } from './agent-settings.ts';
import { clusterAddresses } from './cluster-addresses.ts';
import { type Governing, isAutomatic } from './governing-endpoint.ts';
import { type Judge, judgeOf } from './judge.ts';
import { isHolder, type NotCovered, notCovered } from './not-covered.ts';
import { outerLinks } from './outer-links.ts';
import { podRangesOf } from './pod-ranges.ts';
import { judgeWays, type Reach, reachOf } from './reach.ts';
import type { CalicoObjects } from './read-objects.ts';
import { type WaysOut, waysTo } from './ways-to-service.ts';
import { WITHOUT_CALICO } from './without-calico.ts';

/** Who may reach what of external IPs, where, and by which policy of Calico's. */
export interface GuardReport {
  subject: { service: string | null; ip: string | null };
  /** The only client that was asked about; null: everybody. */
  from: string | null;
  calico: {
    presence: CalicoObjects['presence'];
    /** The API that its objects were read from. */
    api: string | null;
  };
  addresses: GuardedAddress[];
  /** Without Calico: what else there is. */
  advice: string[];
  notes: string[];
  /** What could not be read. */
  unread: { object: string; reason: string }[];
}

export interface GuardedAddress {
  ip: string;
  services: { service: string; ports: { port: number; protocol: string }[] }[];
  holders: { node: string; interface: string }[];
  /** The interfaces that hold the address, or whose subnet it is in. */
  interfaces: JudgedInterface[];
  notCovered: NotCovered[];
}

export interface JudgedInterface {
  node: string;
  interface: string;
  /** Which governs it; null: none, or it is not known. */
  endpoint: {
    name: string;
    by: Governing['by'];
    automatic: boolean;
    /** Those that would be for this interface, and do nothing beside it. */
    idle: string[];
  } | null;
  ports: { port: number; protocol: string; reach: Reach[] }[];
}

/** A link of a node, with what Calico has for it. */
interface Link {
  node: string;
  link: NetworkInterface;
  judge: Judge;
  out: WaysOut;
}

/**
 * Tells of these addresses, all of them of Services. `from`: one client; null: everybody. Answers go by
 * Calico's host endpoints and the policies for them, not by those of the pods behind.
 */
export function guardReport(
  snapshot: Snapshot,
  objects: CalicoObjects,
  ips: readonly Ip[],
  { service, ip, from }: { service: Service | null; ip: Ip | null; from: Ip | null },
): GuardReport {
  const isAbsent = objects.presence === 'absent';
  const sets = addressSets(objects, clusterAddresses(snapshot.cluster));
  const links = isAbsent ? [] : linksOf(snapshot, objects, sets);
  return {
    subject: { service: service && serviceKey(service), ip: ip?.text ?? null },
    from: from?.text ?? null,
    calico: { presence: objects.presence, api: objects.api },
    addresses: ips.map((one) => guardedAddress(snapshot, one, links, { from, isAbsent })),
    advice: isAbsent ? [...WITHOUT_CALICO] : [],
    notes: from ? notesOn(snapshot, from) : [],
    unread: [
      ...objects.unread.map(({ resource, reason }) => ({ object: resource, reason })),
      ...snapshot.cluster.unknown
        .filter(({ resource }) => MATTER.some((prefix) => resource.startsWith(prefix)))
        .map(({ resource, reason }) => ({ object: resource, reason })),
    ],
  };
}

/** Of what every command reads, that which is asked about here. */
const MATTER = ['services', 'nodes', 'endpointslices', 'ippools'];

/** The interfaces that packets from outside come in through, on every node that answered. */
function linksOf(snapshot: Snapshot, objects: CalicoObjects, sets: AddressSets): Link[] {
  return answeringNodes(snapshot).flatMap(({ name: node, facts }) => {
    const { interfacePrefixes } = agentSettings(objects, node);
    const links = outerLinks(facts, interfacePrefixes).map((link) => {
      const addresses = link.addresses.map(({ ip }) => ip);
      const place = { node, interface: link.name, addresses };
      return { node, link, judge: judgeOf(objects, place, sets) };
    });
    const ofPod = { node, interface: `${interfacePrefixes[0]}*`, addresses: [] };
    const out = {
      links: links.map(({ judge }) => judge),
      pods: judgeOf(objects, ofPod, sets),
    };
    return links.map((one) => ({ ...one, out }));
  });
}

function guardedAddress(
  snapshot: Snapshot,
  ip: Ip,
  links: readonly Link[],
  { from, isAbsent }: { from: Ip | null; isAbsent: boolean },
): GuardedAddress {
  const services = snapshot.cluster.services.filter((one) => outsideIPs(one).includes(ip.text));
  const holders = holdersOf(snapshot, ip.text);
  const isHere = ({ node, link }: Link) =>
    isHolder(holders, node, link.name) || subnetHolding(link, ip) !== null;
  const ports = services.flatMap((service) =>
    servicePorts(service).map((one) => ({ service, ...one })),
  );
  const judged = (one: Link): JudgedInterface => ({
    node: one.node,
    interface: one.link.name,
    endpoint: endpointOf(one.judge),
    ports: ports.map(({ service, port, protocol }) => {
      const ways = (source: Ip) => waysTo(snapshot, one, { service, ip, port, protocol, source });
      return {
        port,
        protocol,
        reach: from
          ? [{ ...judgeWays(one.judge, ways(from)), sources: [from.text], isRest: false }]
          : reachOf(one.judge, ip.family, ways, [...one.out.links, one.out.pods]),
      };
    }),
  });
  const interfaces = links.filter(isHere).map(judged);
  const others = links.filter((link) => !isHere(link)).map(judged);
  return {
    ip: ip.text,
    services: services.map((one) => ({ service: serviceKey(one), ports: servicePorts(one) })),
    holders: holders.map(({ node, interface: name }) => ({ node, interface: name })),
    interfaces,
    notCovered: isAbsent ? [] : notCovered(snapshot, services, { holders, interfaces, others }),
  };
}

function endpointOf({ governing }: Judge): JudgedInterface['endpoint'] {
  if ('unknown' in governing || !governing.endpoint) return null;
  const { endpoint, by, idle } = governing;
  return {
    name: endpoint.metadata.name,
    by,
    automatic: isAutomatic(endpoint),
    idle: idle.map(({ metadata }) => metadata.name),
  };
}

/** What a client is, where it is of the cluster. */
function notesOn(snapshot: Snapshot, from: Ip): string[] {
  const own = answeringNodes(snapshot).find(({ name }) => hasAddress(snapshot, name, from.text));
  if (own) {
    return [
      `${from.text} is ${own.name}'s own: what ${own.name} itself sends to the address does not come in through an interface of it`,
    ];
  }
  const isPods = podRangesOf(snapshot.cluster)?.some((range) => inRange(range, from));
  return isPods
    ? [`${from.text} is a pod's: what it sends does not come in through these interfaces`]
    : [];
}
