import { WriteStream } from 'node:tty';
import { Chalk, type ChalkInstance } from 'chalk';

export type ColorFlag = 'auto' | 'always' | 'never';

const LEVEL_OF_DEPTH: Record<number, 1 | 2 | 3> = { 4: 1, 8: 2, 24: 3 };

/**
 * chalk for one stream. The flag wins over FORCE_COLOR, that over NO_COLOR, that over what the
 * terminal can do; TERM=dumb and what is not a terminal get no colour.
 */
export function colorsFor(
  stream: { isTTY?: boolean },
  flag: ColorFlag,
  env: NodeJS.ProcessEnv,
): ChalkInstance {
  return new Chalk({ level: colorLevel(stream, flag, env) });
}

function colorLevel(
  stream: { isTTY?: boolean },
  flag: ColorFlag,
  env: NodeJS.ProcessEnv,
): 0 | 1 | 2 | 3 {
  if (flag === 'never') return 0;
  const forced = flag === 'always' || env.FORCE_COLOR !== undefined;
  if (!forced && (!stream.isTTY || env.NO_COLOR)) return 0;
  // Node knows the terminals. NO_COLOR is decided above: with both set, Node prints a warning.
  const { NO_COLOR: _, ...rest } = env;
  const depth = WriteStream.prototype.getColorDepth.call(stream, rest);
  return LEVEL_OF_DEPTH[depth] ?? (flag === 'always' ? 1 : 0);
}
