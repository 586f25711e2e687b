import { isAbsolute, join } from 'node:path';
import { homeDirectory } from '../home-directory.ts';

/** Where the configuration is, and whether somebody named it (then it has to be there). */
export interface ConfigLocation {
  path: string;
  /** `--config`, `$EXTIP_CONFIG`, or null for the default place. */
  namedBy: string | null;
}

/** The flag wins over $EXTIP_CONFIG, that over `${XDG_CONFIG_HOME:-~/.config}/extip/config.yaml`. */
export function locateConfig(flag: string | undefined, env: NodeJS.ProcessEnv): ConfigLocation {
  if (flag !== undefined) return { path: flag, namedBy: '--config' };
  if (env.EXTIP_CONFIG) return { path: env.EXTIP_CONFIG, namedBy: '$EXTIP_CONFIG' };
  // The XDG base directory specification (0.8) says that relative paths are to be ignored.
  const xdg = env.XDG_CONFIG_HOME;
  const base = xdg && isAbsolute(xdg) ? xdg : join(homeDirectory(env), '.config');
  return { path: join(base, 'extip', 'config.yaml'), namedBy: null };
}
