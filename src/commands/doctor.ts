import type { CommandDeclaration } from './command.ts';
import {
  type ChangeOptions,
  type ClusterOptions,
  type NodeOptions,
  SNAPSHOT_OPTION,
} from './options.ts';

export interface DoctorOptions extends ClusterOptions, NodeOptions, ChangeOptions {
  fix: boolean;
  snapshot?: string;
  only: string[];
  ignore: string[];
  failOn: 'error' | 'warning' | 'info' | 'never';
  showInfo: boolean;
  code?: string;
}

export const doctor: CommandDeclaration<DoctorOptions> = {
  name: 'doctor',
  summary: 'Find what is wrong with external IPs, prove it, and say what mends it',
  description: `Looks at the cluster and all of its nodes at once, and reports what it can prove: of Services and
their addresses, of nodes, of the rules in their kernels, of what else has to do with them. Each finding has a
code, the facts that prove it, and a command or an advice that mends it. It changes nothing without --fix, which
makes one plan of the commands that can be undone, shows it and asks, like any change.

What could not be read makes the checks that need it unknown: neither passed nor failed. It exits with 3 where
something is found that is as grave as --fail-on says.`,
  examples: [
    { command: 'extip doctor', what: 'everything' },
    {
      command: 'extip doctor svc web',
      what: 'a Service, its addresses and the nodes that have them',
    },
    { command: 'extip doctor ip 20.1.0.167', what: 'an address, whatever Service has it' },
    { command: 'extip doctor node k0', what: 'one node' },
    { command: 'extip doctor --fix', what: 'and mend what can be mended' },
    {
      command: 'extip doctor --code EXT203',
      what: 'what a code means, how it comes about, what mends it',
    },
    { command: 'extip doctor --ignore EXT208=service/kube-system/*', what: 'leave these out' },
    {
      command: 'extip doctor --snapshot s.tar.gz -o sarif',
      what: 'of a snapshot, with no cluster',
    },
    {
      command: 'extip doctor -o json | jq \'.findings[] | select(.severity == "error")\'',
      what: 'for scripts',
    },
  ],
  arguments: [
    {
      name: 'subject',
      description: 'svc NAME, node NAME or ip ADDR; none: everything',
      required: false,
      suggestions: ['svc', 'node', 'ip'],
    },
    { name: 'name', description: 'behind svc, node or ip: which', required: false },
  ],
  options: [
    {
      flags: '--only <code>',
      description: 'make this check alone; EXT2* is all that begin so; may be repeated',
      repeatable: true,
    },
    {
      flags: '--ignore <code[=object]>',
      description:
        'leave out what this check finds, or what it finds of these objects; * is any text',
      repeatable: true,
    },
    {
      flags: '--fail-on <severity>',
      description: 'exit with 3 from this severity on',
      choices: ['error', 'warning', 'info', 'never'],
      default: 'error',
    },
    {
      flags: '--show-info',
      description: 'list what is true of a healthy cluster, too',
      default: false,
    },
    { flags: '--code <code>', description: 'explain a code; needs no cluster' },
    { flags: '--fix', description: 'mend what can be mended and undone', default: false },
    SNAPSHOT_OPTION,
  ],
  outputs: ['table', 'short', 'json', 'junit', 'sarif'],
  reads: ['cluster', 'nodes', 'changes'],
  async run(args, options, context) {
    const { runDoctor } = await import('./run-doctor.ts');
    return runDoctor(args, options, context);
  },
};
