import { FailedError } from '../errors.ts';
import type { From } from '../explain/origins.ts';
import { parseIp } from '../net/ip.ts';
import { oneLine } from '../output/sanitize.ts';
import type { ServiceName } from '../snapshot/kubernetes.ts';
import type { Api } from './api.ts';
import { resourcePath } from './paths.ts';

/** What of a Pod says where it is. */
export interface Pod {
  spec?: { nodeName?: string; hostNetwork?: boolean };
  status?: { podIP?: string; podIPs?: { ip?: string }[] };
}

/** Where what a pod sends comes from. Throws FailedError as `placeOfPod` does. */
export async function readPod(api: Api, ref: ServiceName): Promise<From> {
  return placeOfPod(ref, await api.getOrNull<Pod>(resourcePath('v1', 'pods', ref)));
}

/**
 * Where what a pod sends comes from: its own addresses, or its node, whose network it may be in. Throws
 * FailedError where there is none, or it runs nowhere.
 */
export function placeOfPod(ref: ServiceName, pod: Pod | null): From {
  const node = pod?.spec?.nodeName;
  const { podIP = '', podIPs = [{ ip: podIP }] } = pod?.status ?? {};
  const addresses = podIPs.flatMap(({ ip = '' }) => parseIp(ip) ?? []);
  if (pod && node !== undefined && addresses.length > 0) {
    const isOnHost = pod.spec?.hostNetwork === true;
    return isOnHost ? { kind: 'node', name: node } : { kind: 'pod', addresses, node };
  }
  const name = oneLine(`${ref.namespace}/${ref.name}`);
  throw new FailedError(pod ? `the pod ${name} runs on no node yet` : `there is no pod ${name}`, {
    reason: 'pod-not-found',
    object: `pod/${name}`,
    help: oneLine(`kubectl get pods -n ${ref.namespace} -o wide`),
    nothingChanged: true,
  });
}
