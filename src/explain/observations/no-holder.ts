import { inRange, parseIp, parseRange } from '../../net/ip.ts';
import { areEndpointsKnown, servingNodes } from '../../snapshot/endpoints.ts';
import { type Service, serviceKey } from '../../snapshot/kubernetes.ts';
import {
  type Evidence,
  holders,
  nodesOnSegment,
  nodesUnread,
  outsideAddresses,
} from '../evidence.ts';
import type { Fix, Observation } from '../explanation.ts';
import { nameList } from '../phrases.ts';

/**
 * An address that no node has although its segment is the nodes' own: nobody answers for it there.
 * Nothing is said while a node is unread, or of an address that somebody else announces.
 */
export function noHolder(evidence: Evidence): Observation[] {
  return outsideAddresses(evidence).flatMap(({ ip, services }): Observation[] => {
    if (mayBeAnnounced(evidence, ip)) return [unannounced(ip)];
    if (!isOnNoNode(evidence, ip)) return [];
    const segment = nodesOnSegment(evidence, ip);
    const protocol = ip.includes(':') ? 'NDP' : 'ARP';
    return [
      {
        code: 'no-holder',
        severity: 'error',
        object: `ip/${ip}`,
        message: `${ip} is on no node: on its segment, that of ${nameList(segment)}, nobody answers ${protocol} for it, so nothing from outside comes in. One node has to have the address`,
        fix: services[0] ? assigning(evidence, services[0], ip, segment) : null,
      },
    ];
  });
}

/** With externalTrafficPolicy Local a node without an endpoint would drop what comes in. */
function assigning(
  { snapshot }: Evidence,
  service: Service,
  ip: string,
  segment: readonly string[],
): Fix {
  const key = serviceKey(service);
  const isLocal = service.spec.externalTrafficPolicy === 'Local' && areEndpointsKnown(snapshot);
  const serving = servingNodes(snapshot, service);
  const node = segment.find((it) => !isLocal || serving.includes(it));
  return node === undefined
    ? {
        advice: `externalTrafficPolicy of ${key} is Local, and none of ${nameList(segment)} runs an endpoint that is ready: run one there, or set the policy to Cluster`,
      }
    : { command: `extip assign ${key} ${ip} --node ${node}` };
}

function unannounced(ip: string): Observation {
  return {
    code: 'no-holder',
    severity: 'warning',
    object: `ip/${ip}`,
    message: `${ip}, a load balancer's by the Service's status, is on no node and of no pool that is known: whoever gave it to the Service has to answer for it on the segment, and nobody is seen to`,
    fix: { advice: `put ${ip} on one node, or see to it that the load balancer announces it` },
  };
}

/** Whether it is certain that no node has it, and that one would have to. */
export function isOnNoNode(evidence: Evidence, ip: string): boolean {
  return (
    holders(evidence, ip).length === 0 &&
    nodesUnread(evidence).length === 0 &&
    nodesOnSegment(evidence, ip).length > 0 &&
    !isAnnounced(evidence, ip)
  );
}

/** Whether it is on no node of its segment, and a load balancer's that nobody is seen to announce. */
export function mayBeAnnounced(evidence: Evidence, ip: string): boolean {
  return isOnNoNode(evidence, ip) && isBalanced(evidence, ip);
}

/**
 * Whether somebody else answers for it, without any node having it: it is of a pool that a load
 * balancer hands out, or a load balancer's, and a node has seen who answers.
 */
export function isAnnounced(evidence: Evidence, ip: string): boolean {
  const address = parseIp(ip);
  const inPool = evidence.snapshot.cluster.ranges.some(({ kind, cidr }) => {
    const range = kind === 'pool' ? parseRange(cidr) : null;
    return range !== null && address !== null && inRange(range, address);
  });
  const isSeen = evidence.nodes.some(({ neighbours }) => neighbours.some((it) => it.ip === ip));
  return inPool || (isSeen && isBalanced(evidence, ip));
}

/** By the status of a Service, and not one of its external IPs. */
function isBalanced({ snapshot }: Evidence, ip: string): boolean {
  return snapshot.cluster.services.some(
    ({ spec, status }) =>
      !spec.externalIPs?.includes(ip) &&
      status?.loadBalancer?.ingress?.some((ingress) => ingress.ip === ip),
  );
}
