import http, { type RequestOptions } from 'node:http';
import https from 'node:https';
import { createSecureContext, getCACertificates } from 'node:tls';
import type { Cluster, User } from '@kubernetes/client-node';
import { type ExtipError, FailedError, UsageError } from '../errors.ts';
import { oneLine } from '../output/sanitize.ts';
import { environmentProxy } from './environment-proxy.ts';
import type { Selection } from './kubeconfig.ts';
import type { ExecEntry, UserEntry } from './kubeconfig-schema.ts';
import { readBounded } from './read-bounded.ts';

type Headers = Record<string, string | string[]>;

/** Idle connections are dropped before proxies and load balancers drop them. */
const IDLE_MILLISECONDS = 5000;

/**
 * A function that gives the options of the next request: client certificate, token (of an exec
 * plugin or a file, read again when it expires), CA, proxy, impersonation.
 */
export async function requestOptions(selection: Selection): Promise<() => Promise<RequestOptions>> {
  const server = new URL(selection.cluster.server);
  const proxy = selection.cluster['proxy-url'] || environmentProxy(server, process.env);
  // The whole package takes a third longer to load than the one module that is needed.
  const { KubeConfig } = await import('@kubernetes/client-node/dist/config.js');
  const config = new KubeConfig();
  config.loadFromClusterAndUser(clientCluster(selection, server, proxy), clientUser(selection));
  const Agent = server.protocol === 'http:' ? http.Agent : https.Agent;
  const direct = new Agent({ keepAlive: true, timeout: IDLE_MILLISECONDS });
  const trust = trusted(selection, server);
  const read = async () => {
    const options: https.RequestOptions = { ...trust };
    try {
      await config.applyToHTTPSOptions(options);
      const { cert, key } = options;
      // What is no certificate would else be found out by the request itself, as nobody's fault.
      if (server.protocol === 'https:')
        createSecureContext({ cert, key, ca: trust.ca ? undefined : options.ca });
      const headers = { ...(options.headers as Headers), ...impersonation(selection.user) };
      for (const [name, value] of Object.entries(headers)) {
        for (const one of [value].flat()) http.validateHeaderValue(name, one);
      }
      return { ...options, headers, ...(!proxy && { agent: direct }) };
    } catch (error) {
      throw credentialsError(error as NodeJS.ErrnoException, selection);
    }
  };
  // Requests sent at the same moment share one answer: a plugin may open a browser to log in.
  let reading: ReturnType<typeof read> | undefined;
  return () => {
    reading ??= read().finally(() => {
      reading = undefined;
    });
    return reading;
  };
}

/** Where the kubeconfig names no CA, kubectl trusts those of the system; Node only its own. */
function trusted({ cluster }: Selection, server: URL): https.RequestOptions {
  const named = cluster['certificate-authority'] || cluster['certificate-authority-data'];
  if (named || cluster['insecure-skip-tls-verify'] || server.protocol === 'http:') return {};
  return { ca: [...getCACertificates('default'), ...getCACertificates('system')] };
}

function clientCluster(
  { clusterName, cluster }: Selection,
  server: URL,
  proxyUrl: string | undefined,
): Cluster {
  return {
    name: clusterName,
    server: cluster.server,
    // There is nothing to verify on plain http, but client-node refuses it without this.
    skipTLSVerify: cluster['insecure-skip-tls-verify'] === true || server.protocol === 'http:',
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
      return user.tokenFile ? readBounded(user.tokenFile).trim() : (user.token ?? '');
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

/** What the kubeconfig says beside `as`; without it we would act with other rights than asked. */
function impersonation(user: UserEntry): Headers {
  const extra = Object.entries(user['as-user-extra'] ?? {}).map(([key, values]) => [
    `Impersonate-Extra-${encodeURIComponent(key)}`,
    values,
  ]);
  return {
    ...given('Impersonate-Uid', user['as-uid']),
    ...given('Impersonate-Group', user['as-groups']),
    ...Object.fromEntries(extra),
  };
}

function credentialsError(error: NodeJS.ErrnoException, selection: Selection): ExtipError {
  const { exec } = selection.user;
  const user = `user ${oneLine(selection.userName)} of the kubeconfig`;
  const { code, path, message } = error;
  if (!exec) {
    const what = code && path ? `${code} ${oneLine(path)}` : oneLine(message);
    return new UsageError(`cannot use the credentials of ${user}: ${what}`, {
      reason: 'bad-kubeconfig',
      cause: error,
    });
  }
  // What the plugin says comes as a plain Error; other kinds may quote what it printed, a token.
  const said = code ?? (error.constructor === Error ? message.trim() : '');
  const what = oneLine(said || 'it printed no ExecCredential');
  return new FailedError(`exec plugin ${oneLine(exec.command)} of ${user} failed: ${what}`, {
    reason: 'no-credentials',
    help: code === 'ENOENT' && exec.installHint ? oneLine(exec.installHint) : 'kubectl auth whoami',
    cause: said ? error : undefined,
  });
}

function given<K extends string, T>(key: K, value: T | null | undefined) {
  return value ? ({ [key]: value } as Record<K, T>) : {};
}
