import type { CommandDeclaration } from './command.ts';
import { type ClusterOptions, type NodeOptions, SNAPSHOT_OPTION } from './options.ts';

export interface ExplainOptions extends ClusterOptions, NodeOptions {
  rules?: string;
  to?: string;
  from?: string;
  protocol: 'tcp' | 'udp' | 'sctp' | 'icmp';
  local: string[];
  inInterface?: string;
  ipset?: string;
  snapshot?: string;
  node?: string;
  clusterIp: boolean;
  nodePort: boolean;
  allRules: boolean;
}

export const explain: CommandDeclaration<ExplainOptions> = {
  name: 'explain',
  summary: 'Say why a Service does or does not answer, down to the rule that decides',
  description: `Walks packets to a Service's external addresses through the rules of every node as the kernel
would, and the answers back: from outside, from a pod and from a node. It says who gets them, which rule
decides, what the cluster and the nodes have to do with it, and what would help.

With --rules it walks one packet through a dump instead, and needs no cluster: what iptables-save,
ip6tables-save, nft list ruleset or nft -j list ruleset prints.`,
  examples: [
    { command: 'extip explain svc web', what: 'every external address and port, on every node' },
    { command: 'extip explain web --cluster-ip --node-port', what: 'and its other addresses' },
    { command: 'extip explain ip 20.1.0.167', what: 'whatever Service has the address' },
    {
      command: 'extip explain --to 20.1.0.167:80 --from 20.1.0.165',
      what: 'from this client; --from takes pod/NAME and node/NAME, too',
    },
    { command: 'extip explain web --snapshot s.tar.gz', what: 'of a snapshot, with no cluster' },
    {
      command: 'iptables-save | extip explain --rules - --to 20.1.0.167:80 --from 203.0.113.9',
      what: "a packet from outside through this host's rules",
    },
    {
      command:
        'extip explain --rules k0.txt --to 20.1.0.167:80 --from 203.0.113.9 --local 20.1.0.160 --local 20.1.0.167 --in-interface ens34',
      what: 'with what the dump does not say',
    },
    {
      command: "extip explain web -o json | jq '.flows[].verdict'",
      what: 'for scripts',
    },
  ],
  arguments: [
    {
      name: 'subject',
      description: 'svc NAME, NAME or NAMESPACE/NAME of a Service; ip ADDR',
      required: false,
      suggestions: ['svc', 'ip'],
    },
    { name: 'name', description: 'behind svc or ip: which', required: false },
  ],
  options: [
    { flags: '--to <addr:port>', description: 'where the packet goes; ADDR alone for icmp' },
    { flags: '--from <source>', description: 'where it comes from: ADDR, pod/NAME or node/NAME' },
    { flags: '--node <name>', description: 'on this node alone' },
    { flags: '--cluster-ip', description: "the Service's cluster IP, too", default: false },
    { flags: '--node-port', description: "the Service's node ports, too", default: false },
    SNAPSHOT_OPTION,
    { flags: '--rules <file>', description: 'a dump instead of a cluster; - is standard input' },
    {
      flags: '--protocol <name>',
      description: 'the protocol',
      choices: ['tcp', 'udp', 'sctp', 'icmp'],
      default: 'tcp',
    },
    {
      flags: '--local <addr>',
      description: 'with --rules: an address of the node; repeated, all of them',
      repeatable: true,
    },
    { flags: '--in-interface <name>', description: 'with --rules: where the packet comes in' },
    { flags: '--ipset <file>', description: 'with --rules: what ipset save prints' },
    {
      flags: '--all-rules',
      description: 'everything that happens, with the rules',
      default: false,
    },
  ],
  outputs: ['text', 'short', 'json', 'yaml', 'mermaid', 'html'],
  reads: ['cluster', 'nodes'],
  async run(args, options, context) {
    const { runExplain } = await import('./run-explain.ts');
    return runExplain(args, options, context);
  },
};
