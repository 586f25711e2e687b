import type { NodeCheck } from '../../check.ts';
import { firstLines } from '../../facts/first-lines.ts';
import { nodePortRules } from '../../facts/node-port-rules.ts';

/** kube-proxy's nodePortAddresses has no address of the node's. */
export const nodePortsNowhere: NodeCheck = {
  code: 'EXT145',
  title: 'node ports are served on no address of a node',
  severity: 'warning',
  reads: [],
  ofNode: ['rules'],
  findOn(node) {
    const { ports, leading } = nodePortRules(node);
    const { name } = node.state;
    if (ports.length === 0 || leading.length > 0) return [];
    return [
      {
        object: `node/${name}`,
        message: `${name} has rules for node ports, and none that leads to them: nodePortAddresses of kube-proxy has no address of ${name}`,
        evidence: firstLines(ports.map((text) => `${name}: ${text}`)),
        fix: {
          advice: `let nodePortAddresses in the ConfigMap kube-system/kube-proxy have a network of ${name}, and restart kube-proxy`,
        },
      },
    ];
  },
};
