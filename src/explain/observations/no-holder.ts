import { inRange, parseIp, parseRange } from '../../net/ip.ts';
import { servingNodes } from '../../snapshot/endpoints.ts';
import { serviceKey } from '../../snapshot/kubernetes.ts';
import {
  type Evidence,
  holders,
  nodesOnSegment,
  nodesUnread,
  outsideAddresses,
} from '../evidence.ts';
import type { Observation } from '../explanation.ts';
import { nameList } from '../phrases.ts';

/**
 * An address that no node has although its segment is the nodes' own: nobody answers for it there.
 * Nothing is said while a node is unread, or of an address that somebody else announces.
 */
export function noHolder(evidence: Evidence): Observation[] {
  return outsideAddresses(evidence).flatMap(({ ip, services }) => {
    if (!isOnNoNode(evidence, ip)) return [];
    const segment = nodesOnSegment(evidence, ip);
    const [service] = services;
    const local =
      service?.spec.externalTrafficPolicy === 'Local' && servingNodes(evidence.snapshot, service);
    const node = segment.find((it) => !local || local.includes(it)) ?? segment[0];
    const protocol = ip.includes(':') ? 'NDP' : 'ARP';
    return {
      code: 'no-holder' as const,
      severity: 'error' as const,
      object: `ip/${ip}`,
      message: `${ip} is on no node: on its segment, that of ${nameList(segment)}, nobody answers ${protocol} for it, so nothing from outside comes in. One node has to have the address`,
      fix: service ? { command: `extip assign ${serviceKey(service)} ${ip} --node ${node}` } : null,
    };
  });
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

/**
 * Whether somebody else may answer for it, without any node having it: it is a load balancer's, or of a
 * pool that one hands out.
 */
export function isAnnounced({ snapshot }: Evidence, ip: string): boolean {
  const { services, ranges } = snapshot.cluster;
  const address = parseIp(ip);
  const isBalanced = services.some(
    ({ spec, status }) =>
      !spec.externalIPs?.includes(ip) &&
      status?.loadBalancer?.ingress?.some((ingress) => ingress.ip === ip),
  );
  const inPool = ranges.some(({ kind, cidr }) => {
    const range = kind === 'pool' ? parseRange(cidr) : null;
    return range !== null && address !== null && inRange(range, address);
  });
  return isBalanced || inPool;
}
