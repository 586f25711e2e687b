import { FailedError } from '../errors.ts';
import { type Ip, parseIp } from '../net/ip.ts';
import { oneLine } from '../output/sanitize.ts';
import type { ServiceName } from '../snapshot/kubernetes.ts';
import type { Api } from './api.ts';
import { resourcePath } from './paths.ts';

interface Pod {
  spec?: { nodeName?: string; hostNetwork?: boolean };
  status?: { podIP?: string; podIPs?: { ip?: string }[] };
}

/**
 * Where a pod runs and with which addresses; none of its own: in the host's network. Throws FailedError
 * where there is none of this name, or it runs nowhere.
 */
export async function readPod(
  api: Api,
  ref: ServiceName,
): Promise<{ node: string; addresses: Ip[]; isInHostNetwork: boolean }> {
  const pod = await api.getOrNull<Pod>(resourcePath('v1', 'pods', ref));
  const node = pod?.spec?.nodeName;
  const { podIP = '', podIPs = [{ ip: podIP }] } = pod?.status ?? {};
  const addresses = podIPs.flatMap(({ ip = '' }) => parseIp(ip) ?? []);
  if (pod && node !== undefined && addresses.length > 0) {
    return { node, addresses, isInHostNetwork: pod.spec?.hostNetwork === true };
  }
  const name = oneLine(`${ref.namespace}/${ref.name}`);
  throw new FailedError(pod ? `the pod ${name} runs on no node yet` : `there is no pod ${name}`, {
    reason: 'pod-not-found',
    object: `pod/${name}`,
    help: oneLine(`kubectl get pods -n ${ref.namespace} -o wide`),
    nothingChanged: true,
  });
}
