import type { NodeCheck } from '../../check.ts';
import { heldOn, objectsOf } from '../../facts/held-addresses.ts';
import { nodePortRules } from '../../facts/node-port-rules.ts';

/** Without nodePortAddresses every address that is local is one for node ports. */
export const nodePortsOutside: NodeCheck = {
  code: 'EXT146',
  title: 'node ports answer on an external IP, too',
  severity: 'info',
  reads: ['services'],
  ofNode: ['facts', 'rules'],
  findOn(node, { cluster }) {
    const { ports, leading } = nodePortRules(node);
    const isAny = leading.find((text) => text.includes('--dst-type LOCAL'));
    if (ports.length === 0 || isAny === undefined) return [];
    const { name } = node.state;
    return heldOn(node, cluster).map((held) => ({
      ...objectsOf(node, held),
      message: `whoever reaches ${held.ip} reaches the node ports of all Services on it, because ${name} has it: nodePortAddresses of kube-proxy is not set`,
      evidence: [`${name}: ${isAny}`, `${name}: KUBE-NODEPORTS has ${ports.length} rules`],
      fix: null,
    }));
  },
};
