import { readSave } from '../../../src/net/netfilter/iptables/read-save.ts';
import { readNftJson } from '../../../src/net/netfilter/nft/read-nft.ts';
import type { NodeNetwork } from '../../../src/net/netfilter/node-network.ts';
import type { Packet } from '../../../src/net/netfilter/packet.ts';
import type { Table } from '../../../src/net/netfilter/rules.ts';
import { judge } from '../../../src/net/netfilter/walk/judge.ts';
import type { Section } from '../../../src/net/netfilter/walk/result.ts';
import { type Summary, summarize } from '../../../src/net/netfilter/walk/summary.ts';
import { type Asked, walk } from '../../../src/net/netfilter/walk.ts';
import { ip } from '../netfilter/walk/tables.ts';
import { referenceFiles, referenceJson } from './files.ts';
import type { Outcome } from './outcome.ts';

interface Recorded {
  nodeIPs: string[];
  alwaysLocalIPs: string[];
  iptablesSave?: string;
}

interface Flow {
  name: string;
  sourceIP: string;
  destIP: string;
  destPort: number;
  protocol: Packet['protocol'];
  expectedOutput: string;
  masq: boolean;
  kernelOutput?: string;
  kernelMasq?: boolean;
}

/** Every recorded flow of kube-proxy's own packet tests, and how it came out. */
export function kubeProxyFlows(folder: string): Outcome[] {
  return referenceFiles(`kube-proxy/${folder}`, '.json').flatMap((file) => {
    const recorded = referenceJson('kube-proxy', folder, file);
    const tables: readonly Table[] = recorded.nftJson
      ? readNftJson(JSON.stringify(recorded.nftJson)).tables
      : readSave(recorded.iptablesSave).tables;
    const node = nodeOf(recorded);
    return recorded.flows.map((flow: Flow) => {
      const output = flow.kernelOutput ?? flow.expectedOutput;
      return {
        name: `${file} ${flow.name}`,
        // ACCEPT: by a rule of kube-proxy's, at the node itself.
        expected: `${output === 'ACCEPT' ? '' : output} ${flow.kernelMasq ?? flow.masq}`,
        found: walkFlow(flow, tables, node, recorded.nodeIPs),
      };
    });
  });
}

/** A node as kube-proxy sets it up: node ports on loopback need route_localnet, others do not. */
function nodeOf({ alwaysLocalIPs, nodeIPs, iptablesSave = '' }: Recorded): NodeNetwork {
  const addresses = [...alwaysLocalIPs, ...nodeIPs];
  const answersOnLoopback = iptablesSave.includes('--dst-type LOCAL -j KUBE-NODEPORTS');
  const sysctls = {
    ip_forward: '1',
    'conf.all.rp_filter': '0',
    'conf.eth0.rp_filter': '0',
    'conf.all.route_localnet': answersOnLoopback ? '1' : '0',
    'conf.eth0.route_localnet': '0',
  };
  return {
    interfaces: [
      {
        name: 'eth0',
        up: true,
        loopback: false,
        addresses: addresses.map((text) => ({ ip: ip(text), prefix: 32, scope: 'global' })),
      },
    ],
    routes: undefined,
    rules: undefined,
    sysctls: new Map(Object.entries(sysctls).map(([key, value]) => [`net.ipv4.${key}`, value])),
    ipsets: new Map(),
  };
}

function walkFlow(
  flow: Flow,
  tables: readonly Table[],
  node: NodeNetwork,
  nodeIPs: readonly string[],
): string {
  const source = ip(flow.sourceIP);
  // Only a node speaks from the very address that it speaks to.
  const fromNode = [...nodeIPs, '127.0.0.1', flow.destIP].includes(flow.sourceIP);
  const asked: Asked = {
    origin: fromNode ? 'node' : 'external',
    packet: {
      family: source.family,
      protocol: flow.protocol,
      source,
      sourcePort: 40000,
      destination: ip(flow.destIP),
      destinationPort: flow.destPort,
      inInterface: 'eth0',
      physicalIn: null,
    },
  };
  const root = walk(asked, tables, node);
  const summary = summarize(root);
  const isMasqueraded = summary.masquerade ?? hasMark(root, MASQUERADE_MARK);
  // Until 1.24 kube-proxy only marks what it refuses. It is kubelet that drops it, and only where
  // the address is the node's own; kube-proxy's tests count the mark.
  const isRefused = summary.backends.length === 0 && hasMark(root, DROP_MARK);
  return `${isRefused ? 'DROP' : outputOf(summary, flow)} ${isMasqueraded}`;
}

const MASQUERADE_MARK = 0x4000;
const DROP_MARK = 0x8000;

function hasMark(root: Section, mark: number): boolean {
  const ends = judge(root, 'first', String)?.ends ?? [];
  return ends.some(({ end }) => (end.packet.mark & mark) !== 0);
}

/**
 * As kube-proxy's tests write it; empty: no rule has to do with it. Only what was recorded of the
 * kernel knows of what routing drops.
 */
function outputOf({ verdict, backends }: Summary, { kernelOutput }: Flow): string {
  switch (verdict.outcome) {
    case 'delivered':
      return backends
        .map(({ address, port }) =>
          address.family === 4 ? `${address.text}:${port}` : `[${address.text}]:${port}`,
        )
        .join(', ');
    case 'dropped':
      return verdict.by || kernelOutput !== undefined ? 'DROP' : '';
    case 'rejected':
      return 'REJECT';
    case 'local':
    case 'forwarded':
      return '';
    default:
      return verdict.outcome;
  }
}
