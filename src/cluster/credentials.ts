import http, { type RequestOptions } from 'node:http';
import https from 'node:https';
import { createSecureContext, getCACertificates, type SecureContext } from 'node:tls';
import { type ExtipError, FailedError, UsageError } from '../errors.ts';
import { oneLine } from '../output/sanitize.ts';
import { environmentProxy } from './environment-proxy.ts';
import { given } from './given.ts';
import type { Selection } from './kubeconfig.ts';
import type { UserEntry } from './kubeconfig-schema.ts';
import { plainCredentials } from './plain-credentials.ts';

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
  const Agent = server.protocol === 'http:' ? http.Agent : https.Agent;
  const direct = new Agent({ keepAlive: true, timeout: IDLE_MILLISECONDS });
  const trust = trusted(selection, server);
  const credentials = await credentialsOf(selection, proxy, trust);
  const contextOf = secureContexts();
  const read = async () => {
    try {
      const options = await credentials();
      // What is no certificate would else be found out by the request itself, as nobody's fault.
      const secureContext = server.protocol === 'https:' ? contextOf(options) : undefined;
      const headers = { ...(options.headers as Headers), ...impersonation(selection.user) };
      for (const [name, value] of Object.entries(headers)) {
        for (const one of [value].flat()) http.validateHeaderValue(name, one);
      }
      return { ...options, headers, ...(!proxy && { agent: direct, secureContext }) };
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

/** Most users have a certificate or a token, and nothing that takes a library: it is slow to load. */
async function credentialsOf(
  selection: Selection,
  proxy: string | undefined,
  trust: https.RequestOptions,
): Promise<() => Promise<https.RequestOptions>> {
  const { exec, 'auth-provider': provider } = selection.user;
  const isPlain = !exec && !provider && !proxy;
  if (isPlain) return async () => ({ ...trust, ...plainCredentials(selection) });
  const { clientCredentials } = await import('./client-credentials.ts');
  return clientCredentials(selection, proxy, trust);
}

/** A function that reads certificates and key once for all connections, and again when they have changed. */
function secureContexts(): (options: https.RequestOptions) => SecureContext {
  let last: { of: readonly unknown[]; context: SecureContext } | undefined;
  return ({ cert, key, ca }) => {
    const of = [cert, key, ca];
    if (!last?.of.every((it, index) => isSame(it, of[index]))) {
      last = { of, context: createSecureContext({ cert, key, ca }) };
    }
    return last.context;
  };
}

function isSame(one: unknown, other: unknown): boolean {
  return one === other || (Buffer.isBuffer(one) && Buffer.isBuffer(other) && one.equals(other));
}

/** Where the kubeconfig names no CA, kubectl trusts those of the system; Node only its own. */
function trusted({ cluster }: Selection, server: URL): https.RequestOptions {
  const named = cluster['certificate-authority'] || cluster['certificate-authority-data'];
  if (named || cluster['insecure-skip-tls-verify'] || server.protocol === 'http:') return {};
  return { ca: [...getCACertificates('default'), ...getCACertificates('system')] };
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
