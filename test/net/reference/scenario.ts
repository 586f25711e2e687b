import { readSave } from '../../../src/net/netfilter/iptables/read-save.ts';
import { summarize } from '../../../src/net/netfilter/walk/summary.ts';
import { type Asked, walk } from '../../../src/net/netfilter/walk.ts';
import { ip, UNKNOWN_NODE } from '../netfilter/walk/tables.ts';
import { referenceText } from './files.ts';
import type { Outcome } from './outcome.ts';

const PODS = '172.17.0.3:80 172.17.0.4:80 172.17.0.8:80';

/** What the rules of Kubernetes 1.8 alone say, with nothing known of the node. */
const CASES: readonly [Asked['origin'], string, string, number, string][] = [
  ['external', '203.0.113.9', '10.22.0.0', 80, `delivered ${PODS}`],
  ['external', '203.0.113.9', '10.99.239.22', 80, `delivered ${PODS}`],
  [
    'external',
    '203.0.113.9',
    '192.168.1.5',
    30916,
    'undetermined: 192.168.1.5 is an address of this node',
  ],
  // Up to 1.20 a process on the node reaches an external IP only if it is the node's own.
  ['node', '192.168.1.5', '10.22.0.0', 80, 'undetermined: 10.22.0.0 is an address of this node'],
  [
    'external',
    '203.0.113.9',
    '10.22.0.0',
    81,
    'undetermined: 10.22.0.0 is an address of this node',
  ],
];

/** The oldest layout of kube-proxy's rules, explained from the dump alone. */
export function scenario(): Outcome[] {
  const { tables } = readSave(referenceText('scenarios', 's1-kubernetes-1.8.iptables-save'));
  return CASES.map(([origin, source, destination, destinationPort, expected]) => {
    const ends = { source: ip(source), destination: ip(destination), destinationPort };
    const packet: Asked['packet'] = {
      ...{ family: 4, protocol: 'tcp', sourcePort: undefined },
      ...ends,
      ...{ inInterface: undefined, physicalIn: null },
    };
    const { verdict, backends, open } = summarize(walk({ origin, packet }, tables, UNKNOWN_NODE));
    const pods = backends.map(({ address, port }) => ` ${address.text}:${port}`).join('');
    const found =
      verdict.outcome === 'undetermined'
        ? `undetermined: ${open.map(({ text }) => text).join(', ')}`
        : `${verdict.outcome}${pods}`;
    return { name: `${origin} ${source} to ${destination}:${destinationPort}`, expected, found };
  });
}
