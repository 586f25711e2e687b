import type { NodeCheck } from '../../check.ts';
import { conntrackFill, ofConntrack } from '../../facts/conntrack-fill.ts';

/** The kernel then drops the first packet of every new one (nf_conntrack_alloc, net/netfilter/nf_conntrack_core.c). */
export const conntrackFull: NodeCheck = {
  code: 'EXT321',
  title: 'a node can track no more connections',
  severity: 'error',
  reads: [],
  ofNode: ['sysctl.txt'],
  findOn(node) {
    const fill = conntrackFill(node);
    if (!fill || fill.count < fill.max) return [];
    const { name } = node.state;
    const message = `${name} tracks ${fill.count} connections, as many as it can: new ones are dropped`;
    return [{ ...ofConntrack(name, fill), message }];
  },
};
