import { stringify } from 'yaml';

/** The users of the API: the first may do everything, the others what RBAC says. */
export const users = ['admin', 'extip', 'nobody'];

/** What a client needs to know of the cluster's API. */
export interface Cluster {
  name: string;
  address: string;
  ca: string;
  /** By user. */
  tokens: Record<string, string>;
}

/** A kubeconfig with a context for each user that is named, the first one current. */
export function kubeconfig(cluster: Cluster, names: string[]): string {
  return stringify({
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [
      {
        name: cluster.name,
        cluster: {
          server: `https://${cluster.address}:6443`,
          'certificate-authority-data': Buffer.from(cluster.ca).toString('base64'),
        },
      },
    ],
    users: names.map((name) => ({ name, user: { token: cluster.tokens[name] } })),
    contexts: names.map((user) => ({ name: user, context: { cluster: cluster.name, user } })),
    'current-context': names[0],
  });
}

/** The kubeconfig of the programs on a node, where kubeadm puts it. */
export const adminConfig = '/etc/kubernetes/admin.conf';
