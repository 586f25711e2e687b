import { FailedError } from '../errors.ts';
import type { From } from '../explain/origins.ts';
import { parseIp } from '../net/ip.ts';
import { oneLine } from '../output/sanitize.ts';
import type { Pod, ServiceName } from '../snapshot/kubernetes.ts';
import type { Api } from './api.ts';
import { resourcePath } from './paths.ts';

/** Where what a pod sends comes from. Throws FailedError where there is none, or it runs nowhere. */
export async function readPod(api: Api, ref: ServiceName): Promise<From> {
  const pod = await api.getOrNull<Pod>(resourcePath('v1', 'pods', ref));
  const place = pod && placeOfPod(pod);
  if (place) return place;
  const name = oneLine(`${ref.namespace}/${ref.name}`);
  throw new FailedError(pod ? `the pod ${name} runs on no node yet` : `there is no pod ${name}`, {
    reason: 'pod-not-found',
    object: `pod/${name}`,
    help: oneLine(`kubectl get pods -n ${ref.namespace} -o wide`),
    nothingChanged: true,
  });
}

/**
 * Where what a pod sends comes from: its own addresses, or its node, whose network it may be in; null
 * where it runs nowhere.
 */
export function placeOfPod({ spec, status }: Pod): From | null {
  const node = spec?.nodeName;
  const ips = status?.podIPs ?? [{ ip: status?.podIP }];
  const addresses = ips.flatMap(({ ip }) => parseIp(ip ?? '') ?? []);
  if (!node || addresses.length === 0) return null;
  return spec?.hostNetwork ? { kind: 'node', name: node } : { kind: 'pod', addresses, node };
}
