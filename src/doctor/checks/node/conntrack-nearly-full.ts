import type { NodeCheck } from '../../check.ts';
import { conntrackFill, ofConntrack } from '../../facts/conntrack-fill.ts';

const NEARLY = 0.9;

/** New connections are dropped once it is full. */
export const conntrackNearlyFull: NodeCheck = {
  code: 'EXT322',
  title: 'a node can soon track no more connections',
  severity: 'warning',
  reads: [],
  ofNode: ['sysctl.txt'],
  findOn(node) {
    const fill = conntrackFill(node);
    if (!fill || fill.count < fill.max * NEARLY || fill.count >= fill.max) return [];
    const { name } = node.state;
    const message = `${name} tracks ${fill.count} connections of at most ${fill.max}: once they are as many, new ones are dropped`;
    return [{ ...ofConntrack(name, fill), message }];
  },
};
