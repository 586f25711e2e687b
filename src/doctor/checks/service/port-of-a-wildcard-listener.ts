import type { NodeCheck } from '../../check.ts';
import { listenerFound } from '../../facts/listener-text.ts';
import { listenersOnServed } from '../../facts/listeners-on-served.ts';

/** Up to 1.23 kube-proxy wanted the port for itself, and made no rules where it was taken. */
export const portOfAWildcardListener: NodeCheck = {
  code: 'EXT213',
  title:
    'a process listens on all addresses of the node, and a Service has one of them at that port',
  severity: 'info',
  reads: ['services'],
  ofNode: ['facts', 'listeners.txt'],
  standsInPart: true,
  findOn: (node, { cluster }) =>
    listenersOnServed(node, cluster)
      .filter(({ listener, isOwn }) => listener.ip === null && !isOwn)
      .map((found) => ({
        ...listenerFound(
          node.state.name,
          found,
          "what is sent to this address goes to the Service, and to the node's others to the process",
        ),
        fix: null,
      })),
};
