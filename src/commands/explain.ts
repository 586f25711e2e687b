import type { CommandDeclaration } from './command.ts';

export interface ExplainOptions {
  rules?: string;
  to?: string;
  from?: string;
  protocol: 'tcp' | 'udp' | 'sctp' | 'icmp';
  local: string[];
  inInterface?: string;
  ipset?: string;
  allRules: boolean;
}

export const explain: CommandDeclaration<ExplainOptions> = {
  name: 'explain',
  summary: "Walk a packet through a node's rules, and say what each is for",
  description: `Walks a packet through the rules of a dump as the kernel would, and the answer to it
back: who gets it, which rule decides, and what is not known. It needs no cluster.

The dump is what iptables-save, ip6tables-save, nft list ruleset or nft -j list ruleset prints.`,
  examples: [
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
      command:
        "extip explain --rules k0.txt --to 10.96.0.1:443 --from 20.1.0.160 --local 20.1.0.160 -o json | jq '.flows[].verdict'",
      what: 'from the node itself, for scripts',
    },
  ],
  arguments: [],
  options: [
    { flags: '--rules <file>', description: 'the dump; - is standard input' },
    { flags: '--to <addr:port>', description: 'where the packet goes; ADDR alone for icmp' },
    { flags: '--from <addr>', description: 'where it comes from' },
    {
      flags: '--protocol <name>',
      description: 'the protocol',
      choices: ['tcp', 'udp', 'sctp', 'icmp'],
      default: 'tcp',
    },
    {
      flags: '--local <addr>',
      description: 'an address of the node; repeated, all of them',
      repeatable: true,
    },
    { flags: '--in-interface <name>', description: 'the interface that the packet comes in on' },
    { flags: '--ipset <file>', description: 'what ipset save prints' },
    {
      flags: '--all-rules',
      description: 'everything that happens, with the rules',
      default: false,
    },
  ],
  outputs: ['text', 'short', 'json', 'yaml', 'mermaid', 'html'],
  reads: [],
  async run(_args, options, context) {
    const { runExplain } = await import('./run-explain.ts');
    return runExplain(options, context);
  },
};
