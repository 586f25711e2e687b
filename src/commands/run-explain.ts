import { UsageError } from '../errors.ts';
import type { Context } from './context.ts';
import type { ExplainOptions } from './explain.ts';

/** What only one of the two forms takes, by its flag. */
const WITH_RULES = ['local', 'inInterface', 'ipset'] as const;
const WITH_CLUSTER = ['node', 'clusterIp', 'nodePort', 'snapshot'] as const;

/** `extip explain`: of a dump with `--rules`, else of a cluster. */
export async function runExplain(
  args: string[],
  options: ExplainOptions,
  context: Context,
): Promise<number> {
  if (options.rules === undefined) {
    refuse(WITH_RULES, options, 'is for --rules: of a cluster it is read from the nodes');
    const { runExplainCluster } = await import('./run-explain-cluster.ts');
    return runExplainCluster(args, options, context);
  }
  refuse(WITH_CLUSTER, options, 'is of a cluster: --rules has no other node than that of the dump');
  if (args.length > 0) {
    throw new UsageError('a subject and --rules were given', {
      reason: 'conflicting-arguments',
      help: 'with --rules: --to ADDR:PORT --from ADDR',
    });
  }
  const { runExplainRules } = await import('./run-explain-rules.ts');
  return runExplainRules(options.rules, options, context);
}

function refuse(
  keys: readonly (keyof ExplainOptions)[],
  options: ExplainOptions,
  why: string,
): void {
  for (const key of keys) {
    const value = options[key];
    const isGiven = Array.isArray(value)
      ? value.length > 0
      : value !== undefined && value !== false;
    if (!isGiven) continue;
    const flag = `--${key.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
    throw new UsageError(`${flag} ${why}`, { reason: 'conflicting-arguments' });
  }
}
