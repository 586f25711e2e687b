import {
  type Ip,
  type IpRange,
  inRange,
  ipAfter,
  parseCidr,
  parseIp,
  parseRange,
} from '../net/ip.ts';
import { subnetEnds } from '../net/subnet-ends.ts';
import type { Snapshot } from '../snapshot/model.ts';
import { answeringNodes, outsideIPs } from '../snapshot/queries.ts';
import { readAssignments } from '../snapshot/records.ts';

/**
 * The addresses of a pool, in order, that nothing in the cluster uses: no Service, node, record, damaged
 * record or foreign range, nor an address that a subnet keeps for itself. Whether another host on
 * the segment has one must still be asked there.
 */
export function* freeAddresses(snapshot: Snapshot, pool: readonly IpRange[]): Generator<Ip> {
  const used = usedAddresses(snapshot);
  const ranges = snapshot.cluster.ranges.flatMap(({ cidr }) => parseRange(cidr) ?? []);
  for (const { first, last } of pool) {
    let ip: Ip | null = first;
    while (ip && ip.value <= last.value) {
      const candidate: Ip = ip;
      const foreign = ranges.find((range) => inRange(range, candidate));
      if (!foreign && !used.has(candidate.text)) yield candidate;
      // A range is left in one step: one of IPv6 has no end in practice.
      ip = ipAfter(foreign?.last ?? candidate);
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
    ...cluster.services.flatMap((service) =>
      readAssignments(service).assignments.map(({ ip }) => ip),
    ),
    ...cluster.nodes.flatMap(({ status }) => (status?.addresses ?? []).map((a) => a.address)),
    ...cluster.apiServerAddresses,
    ...links.flatMap(({ ip, prefix }) => [ip, ...ends(ip, prefix)]),
    ...facts.flatMap(({ records }) => records.map(({ ip }) => ip)),
    ...facts.flatMap(({ damagedRecords }) =>
      damagedRecords.map(({ file }) => file.replace(/\.json$/, '')),
    ),
  ];
  return new Set(texts.flatMap((text) => parseIp(text)?.text ?? []));
}

/** What the subnet of an interface's address keeps for itself. */
function ends(ip: string, prefix: number): string[] {
  const subnet = parseCidr(`${ip}/${prefix}`);
  return subnet ? subnetEnds(subnet).map((end) => end.ip) : [];
}
