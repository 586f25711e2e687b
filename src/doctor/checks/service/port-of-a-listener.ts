import type { NodeCheck } from '../../check.ts';
import { listenerFound } from '../../facts/listener-text.ts';
import { listenersOnServed } from '../../facts/listeners-on-served.ts';

/** kube-proxy takes the packets before they come to a socket. */
export const portOfAListener: NodeCheck = {
  code: 'EXT212',
  title: 'an external IP takes a port of the node from the process that listens there',
  severity: 'error',
  reads: ['services'],
  ofNode: ['facts', 'listeners.txt'],
  standsInPart: true,
  findOn: (node, { cluster }) =>
    listenersOnServed(node, cluster)
      .filter(({ listener, isOwn }) => listener.ip !== null || isOwn)
      .map((found) => ({
        ...listenerFound(
          node.state.name,
          found,
          'what is sent there goes to the Service, and the process gets none of it',
        ),
        fix: { advice: 'give the Service another address or port, or the process' },
      })),
};
