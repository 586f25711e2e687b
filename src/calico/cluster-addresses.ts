import { type Ip, type IpRange, parseIp } from '../net/ip.ts';
import type { ClusterState } from '../snapshot/model.ts';
import { podRangesOf } from './pod-ranges.ts';

/** Which addresses are of the cluster. */
export interface ClusterAddresses {
  /** Where those of pods are; null: not all are known. */
  podRanges: readonly IpRange[] | null;
  /** By which Calico's agents know the nodes; null: not known. */
  hosts: readonly Ip[] | null;
}

/** Which addresses are of the cluster, as far as is known. */
export function clusterAddresses(cluster: ClusterState): ClusterAddresses {
  return { podRanges: podRangesOf(cluster), hosts: calicoHosts(cluster) };
}

/**
 * The address that Calico keeps on the Node, else its InternalIP, else its ExternalIP (felixnodeprocessor.go in
 * libcalico-go/lib/backend/syncersv1, 3.28). Whether a node has a VXLAN tunnel is not asked.
 */
function calicoHosts({ nodes, unknown }: ClusterState): Ip[] | null {
  if (unknown.some(({ resource }) => resource === 'nodes')) return null;
  return nodes.flatMap(({ metadata, status }) =>
    ([4, 6] as const).flatMap((family) => {
      const annotation = metadata.annotations?.[`projectcalico.org/IPv${family}Address`];
      const kept = annotation === undefined ? null : parseIp(annotation.split('/')[0] ?? '');
      const ofType = (wanted: string) =>
        (status?.addresses ?? [])
          .filter(({ type }) => type === wanted)
          .flatMap(({ address }) => parseIp(address) ?? [])
          .find((ip) => ip.family === family);
      return kept ?? ofType('InternalIP') ?? ofType('ExternalIP') ?? [];
    }),
  );
}
