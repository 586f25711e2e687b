import * as z from 'zod/mini';
import { hasUnsafe } from '../output/sanitize.ts';

const plain = z.string().check(z.refine((text) => !hasUnsafe(text), 'has control characters'));
const optional = z.nullish(plain);
/** Base64 may be written over several lines. */
const data = z.nullish(z.string());
const flag = z.nullish(z.boolean());

const server = plain.check(
  z.refine((text) => {
    const { protocol, hostname } = URL.canParse(text)
      ? new URL(text)
      : { protocol: '', hostname: '' };
    return (protocol === 'https:' || protocol === 'http:') && hostname !== '';
  }, 'is not an http or https URL'),
);

const proxyUrl = plain.check(
  z.refine(
    (text) => text === '' || (URL.canParse(text) && /^(https?|socks[45]?[ah]?):/.test(text)),
    'is not an http, https or socks URL',
  ),
);

export const ClusterEntry = z.looseObject({
  server,
  'certificate-authority': optional,
  'certificate-authority-data': data,
  'insecure-skip-tls-verify': flag,
  'tls-server-name': optional,
  'proxy-url': z.nullish(proxyUrl),
});
export type ClusterEntry = z.infer<typeof ClusterEntry>;

export const ExecEntry = z.looseObject({
  apiVersion: optional,
  command: plain.check(z.minLength(1)),
  args: z.nullish(z.array(z.string())),
  env: z.nullish(z.array(z.object({ name: z.string(), value: z.string() }))),
  installHint: z.nullish(z.string()),
  provideClusterInfo: flag,
});
export type ExecEntry = z.infer<typeof ExecEntry>;

export const UserEntry = z.looseObject({
  'client-certificate': optional,
  'client-certificate-data': data,
  'client-key': optional,
  'client-key-data': data,
  token: optional,
  tokenFile: optional,
  username: optional,
  password: data,
  exec: z.nullish(ExecEntry),
  'auth-provider': z.nullish(z.looseObject({ name: plain })),
  as: optional,
  'as-uid': optional,
  'as-groups': z.nullish(z.array(plain)),
  'as-user-extra': z.nullish(z.record(plain, z.array(plain))),
});
export type UserEntry = z.infer<typeof UserEntry>;

export const ContextEntry = z.looseObject({
  cluster: optional,
  user: optional,
  namespace: optional,
});
export type ContextEntry = z.infer<typeof ContextEntry>;

/**
 * A kubeconfig file (client-go's clientcmd/api/v1, 1.36) as far as extip uses it. The entries
 * themselves are checked when they are chosen: a broken one that nobody asks for is no error.
 */
export const KubeconfigFile = z.looseObject({
  'current-context': optional,
  clusters: z.nullish(z.array(z.looseObject({ name: plain, cluster: z.unknown() }))),
  users: z.nullish(z.array(z.looseObject({ name: plain, user: z.unknown() }))),
  contexts: z.nullish(z.array(z.looseObject({ name: plain, context: z.unknown() }))),
});
export type KubeconfigFile = z.infer<typeof KubeconfigFile>;
