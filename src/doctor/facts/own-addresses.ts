import { serviceObject } from '../../explain/phrases.ts';
import { parseIp } from '../../net/ip.ts';
import type { Node } from '../../snapshot/kubernetes.ts';
import type { ClusterState, NodeState } from '../../snapshot/model.ts';
import { servedAddresses } from './held-addresses.ts';

/** The external addresses that extip put on the node, of those in `texts`, with what findings are about. */
export function putThere(
  { name, facts }: NodeState,
  cluster: ClusterState,
  texts: readonly string[],
) {
  const added = new Set(
    (facts?.records ?? [])
      .filter(({ preexisting, cluster: uid }) => !preexisting && uid === cluster.uid)
      .map(({ ip }) => ip),
  );
  const ips = texts.flatMap((text) => parseIp(text.replace(/\/\d+$/, ''))?.text ?? []);
  return [...new Set(ips)]
    .filter((ip) => added.has(ip))
    .map((ip) => ({
      ip,
      object: `ip/${ip}`,
      touches: [`node/${name}`, ...(servedAddresses(cluster).get(ip) ?? []).map(serviceObject)],
    }));
}

/** The Node of this name, where the API has one. */
export function nodeObject({ nodes }: ClusterState, name: string): Node | undefined {
  return nodes.find(({ metadata }) => metadata.name === name);
}
