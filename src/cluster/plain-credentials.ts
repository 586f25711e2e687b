import { readFileSync } from 'node:fs';
import type { RequestOptions } from 'node:https';
import { given } from './given.ts';
import type { Selection } from './kubeconfig.ts';
import type { UserEntry } from './kubeconfig-schema.ts';
import { readBounded } from './read-bounded.ts';

/**
 * The options of the next request, as the kubeconfig itself has them: certificates, token, name and
 * password. Throws the file system's errors.
 */
export function plainCredentials({ cluster, user }: Selection): RequestOptions {
  const { username, password, as } = user;
  const token = tokenOf(user);
  return {
    ...given(
      'ca',
      bytesOf(cluster['certificate-authority'], cluster['certificate-authority-data']),
    ),
    ...given('cert', bytesOf(user['client-certificate'], user['client-certificate-data'])),
    ...given('key', bytesOf(user['client-key'], user['client-key-data'])),
    ...given('servername', cluster['tls-server-name']),
    ...(cluster['insecure-skip-tls-verify'] && { rejectUnauthorized: false }),
    ...given('auth', username && `${username}:${password ?? ''}`),
    headers: {
      ...given('Authorization', token && `Bearer ${token}`),
      ...given('Impersonate-User', as),
    },
  };
}

/** Such files are replaced while we run: they are read for each request. */
export function tokenOf({ tokenFile, token }: UserEntry): string {
  return tokenFile ? readBounded(tokenFile).trim() : (token ?? '');
}

/** A file, as client-node has it, before the text in the kubeconfig. */
function bytesOf(file: string | null | undefined, data: string | null | undefined): Buffer | null {
  if (file) return readFileSync(file);
  return data ? Buffer.from(data, 'base64') : null;
}
