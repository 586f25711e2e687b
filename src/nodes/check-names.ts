import { UsageError } from '../errors.ts';
import { nearest } from '../nearest.ts';
import { oneLine } from '../output/sanitize.ts';
import type { Node } from '../snapshot/kubernetes.ts';
import type { ReachOptions } from './reach.ts';

/**
 * Looks, at its first call only, whether the nodes that the user says how to reach are the
 * cluster's. Throws a UsageError for one of `--ssh`; for one of the configuration, which may outlive
 * a node, it calls `warn`.
 */
export function nameChecker(
  { ssh, config }: Pick<ReachOptions, 'ssh' | 'config'>,
  warn: (text: string) => void,
): (nodes: readonly Node[]) => void {
  let checked = false;
  return (nodes) => {
    if (checked) return;
    checked = true;
    const names = nodes.map(({ metadata }) => metadata.name);
    const isUnknown = (name: string) => !names.includes(name);
    const [unknown] = Object.keys(ssh).filter(isUnknown);
    if (unknown !== undefined) {
      const near = nearest(unknown, names);
      throw new UsageError(`--ssh: the cluster has no node ${oneLine(unknown)}`, {
        reason: 'node-not-found',
        help: near ? `did you mean ${near}?` : `its nodes: ${names.join(', ')}`,
      });
    }
    for (const name of Object.keys(config).filter(isUnknown)) {
      const near = nearest(name, names);
      const hint = near ? `; did you mean ${near}?` : '';
      warn(`configuration: nodes.${name}: the cluster has no node of this name${hint}`);
    }
  };
}
