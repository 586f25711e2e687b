import { UsageError } from '../errors.ts';
import { oneLine } from '../output/sanitize.ts';
import { isLabel } from '../snapshot/names.ts';
import { type Api, createApi } from './api.ts';
import { requestOptions } from './credentials.ts';
import { inCluster } from './in-cluster.ts';
import { kubeconfigFiles, type Selection, selectFrom } from './kubeconfig.ts';
import { parseRequestTimeout } from './request-timeout.ts';

/** kubectl's flags that say which cluster, as whom. */
export interface ClusterFlags {
  kubeconfig?: string;
  context?: string;
  cluster?: string;
  user?: string;
  namespace?: string;
  as?: string;
  /** kubectl's format: `0` (no limit), `5s`, `1m`, `30`. */
  requestTimeout?: string;
}

export interface Connection {
  api: Api;
  /** The flag's, else the context's, else `default`. */
  namespace: string;
  /** The kubeconfig's name of the cluster. */
  clusterName: string;
  /** Host of the API server's URL, a name or an address without brackets. */
  serverHost: string;
}

export interface ConnectionHooks {
  /** A `Warning:` of the server, each text once. */
  onWarning(text: string): void;
  /** One line a request, for `-v`. */
  log?(line: string): void;
}

const DEFAULT_TIMEOUT = '10s';

/**
 * Prepares for talking to the cluster that kubeconfig and flags name, or, where there is no
 * kubeconfig, the one whose pod this is. Sends nothing yet. Throws UsageError where they name none.
 */
export async function connect(flags: ClusterFlags, hooks: ConnectionHooks): Promise<Connection> {
  const timeout = parseRequestTimeout(flags.requestTimeout ?? DEFAULT_TIMEOUT);
  const selection = select(flags);
  const server = new URL(selection.cluster.server);
  const namespace = flags.namespace ?? selection.namespace ?? 'default';
  // It ends up in commands that people paste.
  if (!isLabel(namespace)) {
    throw new UsageError(`namespace '${oneLine(namespace)}' is no name of a namespace`, {
      reason: 'invalid-namespace',
      help: 'kubectl get namespaces',
    });
  }
  const authorize = await requestOptions(selection);
  return {
    api: createApi({ server, authorize, timeout, user: selection.userName, ...hooks }),
    namespace,
    clusterName: selection.clusterName,
    serverHost: server.hostname.replace(/^\[|\]$/g, ''),
  };
}

function select(flags: ClusterFlags): Selection {
  const files = kubeconfigFiles(flags.kubeconfig, process.env);
  const selection = files.length > 0 ? selectFrom(files, flags) : inCluster(process.env);
  if (!selection) {
    throw new UsageError('no kubeconfig: KUBECONFIG names no file and ~/.kube/config is absent', {
      reason: 'no-kubeconfig',
      help: '--kubeconfig FILE',
    });
  }
  return flags.as ? { ...selection, user: { ...selection.user, as: flags.as } } : selection;
}
