import type { NodeCheck } from '../../check.ts';
import { machineDoubts } from '../../facts/machine-doubts.ts';

/** Neither of what tells a node's machine holds. */
export const anotherMachine: NodeCheck = {
  code: 'EXT302',
  title: 'the machine that answered is not the node',
  severity: 'error',
  reads: ['nodes'],
  ofNode: ['facts'],
  findOn(node, { cluster }) {
    const { address, machineId } = machineDoubts(node.state, cluster);
    if (!address || !machineId) return [];
    const { name, reachedBy } = node.state;
    return [
      {
        object: `node/${name}`,
        message: `what is reached as ${name} is another machine: nothing that was read of it is ${name}'s`,
        evidence: [`reached by ${reachedBy}`, address, machineId],
        fix: { advice: `name ${name}'s machine with --ssh ${name}=TARGET or in the configuration` },
      },
    ];
  },
};
