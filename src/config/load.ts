import { UsageError } from '../errors.ts';
import { oneLine } from '../output/sanitize.ts';
import { locateConfig } from './locate.ts';
import { parseConfig } from './parse-config.ts';
import { readSafeFile } from './read-safe-file.ts';
import type { Config } from './schema.ts';

/**
 * The configuration that `--config`, $EXTIP_CONFIG or the default place names; empty where the
 * default place has none. Throws a UsageError for a file that is missing though somebody named
 * it, that others could have written, or that does not say what the schema allows.
 */
export async function loadConfig(
  flag: string | undefined,
  env: NodeJS.ProcessEnv,
): Promise<Config> {
  const { path, namedBy } = locateConfig(flag, env);
  const text = await readSafeFile(path);
  if (text !== null) return parseConfig(text, path);
  if (namedBy === null) return { clusters: {} };
  throw new UsageError(`configuration ${oneLine(path)}, named by ${namedBy}, does not exist`, {
    reason: 'config-missing',
  });
}
