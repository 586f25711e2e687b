import { existsSync } from 'node:fs';
import { delimiter, join, resolve } from 'node:path';
import type * as z from 'zod/mini';
import { UsageError } from '../errors.ts';
import { homeDirectory } from '../home-directory.ts';
import { oneLine } from '../output/sanitize.ts';
import { ClusterEntry, ContextEntry, KubeconfigFile, UserEntry } from './kubeconfig-schema.ts';
import { parseYaml } from './parse-yaml.ts';
import { readBounded } from './read-bounded.ts';

/** What one command uses of the kubeconfig; every path in it is absolute. */
export interface Selection {
  clusterName: string;
  cluster: ClusterEntry;
  /** Empty: the context names no user, requests are anonymous. */
  userName: string;
  user: UserEntry;
  namespace: string | undefined;
}

/** Several kubeconfig files as one: by name, whichever file has the entry first. */
interface Kubeconfig {
  currentContext: string | undefined;
  cluster: Map<string, Entry>;
  user: Map<string, Entry>;
  context: Map<string, Entry>;
}

/** An entry that is not checked yet, and the file that has it. */
interface Entry {
  value: unknown;
  file: string;
}

/**
 * The files that kubectl would read: `--kubeconfig`, else those of KUBECONFIG that exist, else
 * ~/.kube/config. Empty when there is none.
 */
export function kubeconfigFiles(
  flag: string | undefined,
  environment: NodeJS.ProcessEnv,
): string[] {
  if (flag !== undefined) return [flag];
  const listed = (environment.KUBECONFIG ?? '').split(delimiter).filter((file) => file !== '');
  const files = listed.length > 0 ? listed : [join(homeDirectory(environment), '.kube', 'config')];
  return files.filter((file) => existsSync(file));
}

/**
 * Reads the files, merges them as kubectl does, and picks context, cluster and user. Throws
 * UsageError for what is missing or malformed among the things picked.
 */
export function selectFrom(
  files: string[],
  flags: { context?: string; cluster?: string; user?: string },
): Selection {
  const config = merge(files);
  const contextName = flags.context ?? config.currentContext;
  if (!contextName && !flags.cluster) {
    throw new UsageError('the kubeconfig has no current context', {
      reason: 'no-context',
      help: 'kubectl config get-contexts, then --context NAME',
    });
  }
  const context = contextName ? pick(config, 'context', contextName, ContextEntry).value : {};
  const clusterName = flags.cluster ?? context.cluster;
  if (!clusterName) {
    throw badKubeconfig(`context ${contextName} names no cluster`);
  }
  const cluster = pick(config, 'cluster', clusterName, ClusterEntry);
  const userName = flags.user ?? context.user ?? '';
  const user = userName ? pick(config, 'user', userName, UserEntry) : undefined;
  return {
    clusterName,
    cluster: absolute(cluster.value, cluster.file, ['certificate-authority']),
    userName,
    user: user
      ? absolute(user.value, user.file, ['client-certificate', 'client-key', 'tokenFile'])
      : {},
    namespace: context.namespace || undefined,
  };
}

function merge(files: string[]): Kubeconfig {
  const merged: Kubeconfig = {
    currentContext: undefined,
    cluster: new Map(),
    user: new Map(),
    context: new Map(),
  };
  const add = (entries: Map<string, Entry>, name: string, entry: Entry) => {
    if (!entries.has(name)) entries.set(name, entry);
  };
  for (const file of files) {
    const config = readFile(file);
    merged.currentContext ||= config['current-context'] ?? undefined;
    for (const { name, cluster } of config.clusters ?? []) {
      add(merged.cluster, name, { value: cluster, file });
    }
    for (const { name, user } of config.users ?? []) add(merged.user, name, { value: user, file });
    for (const { name, context } of config.contexts ?? []) {
      add(merged.context, name, { value: context, file });
    }
  }
  return merged;
}

function pick<T>(
  config: Kubeconfig,
  kind: 'context' | 'cluster' | 'user',
  name: string,
  schema: z.ZodMiniType<T>,
): { value: T; file: string } {
  const entry = config[kind].get(name);
  if (!entry) {
    throw new UsageError(`the kubeconfig has no ${kind} "${oneLine(name)}"`, {
      reason: `no-${kind}`,
      help: `kubectl config get-${kind}s`,
    });
  }
  // `user:` with nothing below it is an empty entry.
  const value = check(schema, entry.value ?? {}, `${entry.file}: ${kind} ${name}`);
  return { value, file: entry.file };
}

function readFile(file: string): KubeconfigFile {
  let text: string;
  try {
    text = readBounded(file);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    throw badKubeconfig(`${file}: ${code ?? message}`, error);
  }
  const yaml = parseYaml(text);
  if ('problem' in yaml) throw badKubeconfig(`${file}: ${yaml.problem}`);
  return check(KubeconfigFile, yaml.value, file);
}

function check<T>(schema: z.ZodMiniType<T>, value: unknown, where: string): T {
  const { success, data, error } = schema.safeParse(value);
  if (success) return data;
  const [issue] = error.issues;
  const path = issue?.path.map(String).join('.');
  throw badKubeconfig([where, path, issue?.message].filter(Boolean).join(': '));
}

/** Relative paths start from the folder of the file that has them, the exec plugin's too. */
function absolute<T extends ClusterEntry | UserEntry>(entry: T, file: string, keys: string[]): T {
  const from = (path: unknown) => resolve(file, '..', String(path));
  const paths = keys.filter((key) => entry[key]).map((key) => [key, from(entry[key])]);
  const exec = 'exec' in entry ? (entry.exec as UserEntry['exec']) : undefined;
  return {
    ...entry,
    ...Object.fromEntries(paths),
    ...(exec?.command.includes('/') && { exec: { ...exec, command: from(exec.command) } }),
  };
}

function badKubeconfig(what: string, cause?: unknown): UsageError {
  return new UsageError(`kubeconfig ${oneLine(what)}`, { reason: 'bad-kubeconfig', cause });
}
