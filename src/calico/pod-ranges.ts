import { type IpRange, parseRange } from '../net/ip.ts';
import type { ClusterState } from '../snapshot/model.ts';

/** Where the addresses of pods are; null: not all are known. */
export function podRangesOf({ ranges, unknown }: ClusterState): IpRange[] | null {
  if (unknown.some(({ resource }) => resource === 'nodes' || resource.startsWith('ippools'))) {
    return null;
  }
  const pods = ranges.filter(({ kind, owner }) => kind === 'pod' || owner.startsWith('IPPool '));
  return pods.flatMap(({ cidr }) => parseRange(cidr) ?? []);
}
