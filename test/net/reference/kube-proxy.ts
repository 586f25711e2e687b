const readSave: any = null;
import { readNftJson } from '../../../src/net/netfilter/nft/read-nft.ts';
import type { NodeNetwork } from '../../../src/net/netfilter/node-network.ts';
import type { Packet } from '../../../src/net/netfilter/packet.ts';
import type { Table } from '../../../src/net/netfilter/rules.ts';
import { summarize } from '../../../src/net/netfilter/walk/summary.ts';
import { type Asked, walk } from '../../../src/net/netfilter/walk.ts';
import { ip } from '../netfilter/walk/tables.ts';
import { referenceFiles, referenceJson } from './files.ts';

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
export function kubeProxyFlows(folder: string): { name: string; expected: string; found: string }[] {
  return referenceFiles(`kube-proxy/${folder}`, '.json').flatMap((file) => {
    const recorded = referenceJson('kube-proxy', folder, file);
    const tables: readonly Table[] = recorded.nftJson
      ? readNftJson(JSON.stringify(recorded.nftJson)).tables
      : readSave(recorded.iptablesSave).tables;
    const node = nodeWith([...recorded.alwaysLocalIPs, ...recorded.nodeIPs]);
    return recorded.flows.map((flow: Flow) => {
      const output = flow.kernelOutput ?? flow.expectedOutput;
      const masquerade = flow.kernelMasq ?? flow.masq;
      return {
        name: `${file} ${flow.name}`,
        expected: `${output} ${masquerade}`,
        found: walkFlow(flow, tables, node, recorded.nodeIPs),
      };
    });
  });
}

/** As kube-proxy sets a node up. */
function nodeWith(addresses: readonly string[]): NodeNetwork {
  const sysctls = { ip_forward: '1', 'conf.all.route_localnet': '1', 'conf.all.rp_filter': '0' };
  return {
    interfaces: [
      {
        name: 'eth0',
        up: true,
        loopback: false,
        master: null,
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
  const fromNode = nodeIPs.includes(flow.sourceIP) || flow.sourceIP.startsWith('127.');
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
  const { verdict, backends, masquerade, open } = summarize(root);
  const mark = false;
  return `${outputOf(verdict.outcome, backends)} ${masquerade ?? mark}${open.map(({ text }) => ` (${text})`).join('')}`;
}

/** As kube-proxy's tests write it. */
function outputOf(outcome: string, backends: ReturnType<typeof summarize>['backends']): string {
  switch (outcome) {
    case 'delivered':
      return backends
        .map(({ address, port }) =>
          address.family === 4 ? `${address.text}:${port}` : `[${address.text}]:${port}`,
        )
        .join(', ');
    case 'dropped':
      return 'DROP';
    case 'rejected':
      return 'REJECT';
    default:
      return outcome;
  }
}
