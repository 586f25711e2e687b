import { FORCE_NAMES } from '../plan/force-names.ts';
import type { CommandDeclaration } from './command.ts';
import {
  type ChangeOptions,
  type ClusterOptions,
  GUARD_OPTIONS,
  type NodeOptions,
} from './options.ts';

export interface AssignOptions extends ClusterOptions, NodeOptions, ChangeOptions {
  node?: string;
  interface?: string;
  pool?: string;
  from?: string;
  persist: boolean;
  guard?: boolean;
  source: string[];
  order?: number;
}

export const assign: CommandDeclaration<AssignOptions> = {
  name: 'assign',
  summary: 'Give a Service an external IP',
  description: `Gives a Service an external IP: puts the address on a node's interface, adds it to
spec.externalIPs, tells the neighbours and verifies that it is served.

Where the address is left out, --pool gives the next free one; on a terminal it is asked for.
Checks that --force can override by name: ${FORCE_NAMES.join(', ')}.`,
  examples: [
    {
      command: 'extip assign web 20.1.0.167',
      what: 'on the node whose interface has the subnet that holds the address',
    },
    { command: 'extip assign web 20.1.0.167 --node k0 --interface ens34', what: 'exactly there' },
    { command: 'extip assign web --pool 20.1.0.160/28 -y', what: 'the next free address' },
    {
      command: 'extip assign web 20.1.0.167 --dry-run=client',
      what: 'show the exact commands and patches, change nothing',
    },
    {
      command: 'extip assign web 20.1.0.167 --guard --source 192.0.2.0/24',
      what: 'let only these clients in, by policies of Calico (see extip guard)',
    },
    {
      command: 'extip assign web 20.1.0.167 --from admin@client -y',
      what: 'prove from a host outside that it is reached',
    },
  ],
  arguments: [
    { name: 'service', description: 'NAME, svc/NAME or NAMESPACE/NAME', required: false },
    { name: 'ip', description: 'the address', required: false },
  ],
  options: [
    { flags: '--node <name>', description: 'the node that is to hold the address' },
    { flags: '--interface <name>', description: 'the interface that is to hold it' },
    {
      flags: '--pool <range>',
      description: 'take the next free address of a CIDR, FIRST-LAST, or pool of the configuration',
    },
    { flags: '--no-persist', description: 'do not restore the address after a reboot of the node' },
    { flags: '--guard', description: "let in only what is permitted, by Calico's policies" },
    ...GUARD_OPTIONS,
    { flags: '--from <host>', description: 'ssh target, no node, from which reach is proven' },
  ],
  outputs: ['text', 'json', 'yaml'],
  reads: ['cluster', 'nodes', 'changes'],
  async run(args, options, context) {
    const { runAssign } = await import('./run-assign.ts');
    return runAssign(args, options, context);
  },
};
