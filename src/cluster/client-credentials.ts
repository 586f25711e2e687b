import type { RequestOptions } from 'node:https';
import type { Cluster, User } from '@kubernetes/client-node';
// The whole package takes a third longer to load than the one module that is needed.
import { KubeConfig } from '@kubernetes/client-node/dist/config.js';
import { given } from './given.ts';
import type { Selection } from './kubeconfig.ts';
import type { ExecEntry } from './kubeconfig-schema.ts';
import { tokenOf } from './plain-credentials.ts';

/**
 * A function that asks client-node for the next request's options, in addition to `trust`: of a user
 * with an exec plugin or an authentication provider, or behind a proxy.
 */
export function clientCredentials(
  selection: Selection,
  proxy: string | undefined,
  trust: RequestOptions,
): () => Promise<RequestOptions> {
  const config = new KubeConfig();
  config.loadFromClusterAndUser(clientCluster(selection, proxy), clientUser(selection));
  return async () => {
    const options = { ...trust };
    await config.applyToHTTPSOptions(options);
    return options;
  };
}

function clientCluster({ clusterName, cluster }: Selection, proxyUrl: string | undefined): Cluster {
  return {
    name: clusterName,
    server: cluster.server,
    // There is nothing to verify on plain http, but client-node refuses it without this.
    skipTLSVerify:
      cluster['insecure-skip-tls-verify'] === true || new URL(cluster.server).protocol === 'http:',
    ...given('caData', cluster['certificate-authority-data']),
    ...given('caFile', cluster['certificate-authority']),
    ...given('tlsServerName', cluster['tls-server-name']),
    ...given('proxyUrl', proxyUrl),
  };
}

function clientUser({ userName, user, cluster }: Selection): User {
  return {
    name: userName,
    ...given('certData', user['client-certificate-data']),
    ...given('certFile', user['client-certificate']),
    ...given('keyData', user['client-key-data']),
    ...given('keyFile', user['client-key']),
    ...given('username', user.username),
    ...given('password', user.password),
    ...given('impersonateUser', user.as),
    ...given('authProvider', user['auth-provider']),
    ...given('exec', user.exec && clientExec(user.exec, cluster)),
    // A getter: client-node asks for each request, and such files are replaced while we run.
    get token() {
      return tokenOf(user);
    },
  };
}

/** The exec plugin as kubectl starts it; client-node leaves KUBERNETES_EXEC_INFO out. */
function clientExec(exec: ExecEntry, cluster: Selection['cluster']) {
  const info = {
    apiVersion: exec.apiVersion ?? 'client.authentication.k8s.io/v1',
    kind: 'ExecCredential',
    spec: { interactive: false, ...(exec.provideClusterInfo && { cluster }) },
  };
  const env = { name: 'KUBERNETES_EXEC_INFO', value: JSON.stringify(info) };
  return { ...exec, args: exec.args ?? [], env: [...(exec.env ?? []), env] };
}
