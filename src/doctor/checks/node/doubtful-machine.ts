import type { NodeCheck } from '../../check.ts';
import { machineDoubts } from '../../facts/machine-doubts.ts';

/** One of the two that tell a node's machine does not hold, so that extip changes nothing there. */
export const doubtfulMachine: NodeCheck = {
  code: 'EXT303',
  title: 'the machine that answered may not be the node',
  severity: 'warning',
  reads: ['nodes'],
  ofNode: ['facts'],
  findOn(node, { cluster }) {
    const { address, machineId } = machineDoubts(node.state, cluster);
    const doubt = address ?? machineId;
    if (doubt === null || (address && machineId)) return [];
    const { name, reachedBy } = node.state;
    return [
      {
        object: `node/${name}`,
        message: `what is reached as ${name} has but one of the Node's address and its machine-id: extip changes nothing there`,
        evidence: [`reached by ${reachedBy}`, doubt],
        fix: {
          advice: `look whether it is ${name}; if so, say by which it is told: identity in the configuration`,
        },
      },
    ];
  },
};
