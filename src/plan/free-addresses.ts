import {
  type Ip,
  type IpRange,
  inRange,
  ipAfter,
  parseCidr,
  parseIp,
  parseRange,
} from '../net/ip.ts';
import type { Snapshot } from '../snapshot/model.ts';
import { answeringNodes, outsideIPs } from '../snapshot/queries.ts';

/**
 * The addresses of a pool, in order, that nothing in the cluster uses: no Service, node, record or
 * foreign range, nor the network or broadcast address of a subnet. Whether another host on the
 * segment has one must still be asked there.
 */
export function* freeAddresses(snapshot: Snapshot, pool: readonly IpRange[]): Generator<Ip> {
  const used = usedAddresses(snapshot);
  const ranges = snapshot.cluster.ranges.flatMap(({ cidr }) => parseRange(cidr) ?? []);
  for (const { first, last } of pool) {
    for (let ip: Ip | null = first; ip && ip.value <= last.value; ip = ipAfter(ip)) {
      const candidate = ip;
      if (used.has(candidate.text) || ranges.some((range) => inRange(range, candidate))) continue;
      yield candidate;
    }
  }
}

function usedAddresses(snapshot: Snapshot): Set<string> {
  const { cluster } = snapshot;
  const facts = answeringNodes(snapshot).map((node) => node.facts);
  const links = facts.flatMap(({ interfaces }) => interfaces.flatMap((link) => link.addresses));
  const texts = [
    ...cluster.services.flatMap(({ spec }) => [spec.clusterIP ?? '', ...(spec.clusterIPs ?? [])]),
    ...cluster.services.flatMap(outsideIPs),
    ...cluster.nodes.flatMap(({ status }) => (status?.addresses ?? []).map((a) => a.address)),
    ...cluster.apiServerAddresses,
    ...links.flatMap(({ ip, prefix }) => [ip, ...ends(ip, prefix)]),
    ...facts.flatMap(({ records }) => records.map(({ ip }) => ip)),
  ];
  return new Set(texts.flatMap((text) => parseIp(text)?.text ?? []));
}

/** The network and broadcast address of a subnet that has them (RFC 3021: a /31 has none). */
function ends(ip: string, prefix: number): string[] {
  const subnet = parseCidr(`${ip}/${prefix}`);
  if (!subnet || subnet.first.family === 6 || prefix >= 31) return [];
  return [subnet.first.text, subnet.last.text];
}
