import type { Connection } from './connection.ts';

/** The API server's version, e.g. `v1.36.2`; null: it does not say. */
export async function serverVersion({ api }: Connection): Promise<string | null> {
  const version = await api.get<{ gitVersion?: unknown }>('/version').catch(() => null);
  return typeof version?.gitVersion === 'string' ? version.gitVersion : null;
}
