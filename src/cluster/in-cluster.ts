import { existsSync, readFileSync } from 'node:fs';
import { isIPv6 } from 'node:net';
import { join } from 'node:path';
import type { Selection } from './kubeconfig.ts';

/** Where the kubelet mounts a service account. */
const SERVICE_ACCOUNT = '/var/run/secrets/kubernetes.io/serviceaccount';

/** The cluster whose pod this process runs in, as its service account; null outside of a pod. */
export function inCluster(
  environment: NodeJS.ProcessEnv,
  folder = SERVICE_ACCOUNT,
): Selection | null {
  const host = environment.KUBERNETES_SERVICE_HOST;
  const port = environment.KUBERNETES_SERVICE_PORT;
  const tokenFile = join(folder, 'token');
  if (!host || !port || !existsSync(tokenFile)) return null;
  const namespaceFile = join(folder, 'namespace');
  return {
    clusterName: 'in-cluster',
    cluster: {
      server: `https://${isIPv6(host) ? `[${host}]` : host}:${port}`,
      'certificate-authority': join(folder, 'ca.crt'),
    },
    userName: 'in-cluster',
    user: { tokenFile },
    namespace: existsSync(namespaceFile) ? readFileSync(namespaceFile, 'utf8').trim() : undefined,
  };
}
