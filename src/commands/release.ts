import type { CommandDeclaration } from './command.ts';
import type { ChangeOptions, ClusterOptions, NodeOptions } from './options.ts';

export interface ReleaseOptions extends ClusterOptions, NodeOptions, ChangeOptions {
  all?: boolean;
  holderGone?: boolean;
  ip?: string;
  node?: string;
}

export const release: CommandDeclaration<ReleaseOptions> = {
  name: 'release',
  summary: 'Take an external IP from a Service again',
  description: `Undoes exactly what assign recorded, in reverse, and only that: what was there
before stays. On a terminal, the Service and the address are asked for where they are left out.`,
  examples: [
    { command: 'extip release web 20.1.0.167', what: 'take it off the Service and off its node' },
    { command: 'extip release web --all -y', what: 'all that extip assigned to the Service' },
    {
      command: 'extip release web 20.1.0.167 --holder-gone',
      what: 'when the node that holds it is gone: the Service only',
    },
    {
      command: 'extip release --ip 20.1.0.167 --node k0',
      what: 'clean up what a deleted Service left on a node (list calls it an orphan)',
    },
  ],
  arguments: [
    { name: 'service', description: 'NAME, svc/NAME or NAMESPACE/NAME', required: false },
    { name: 'ip', description: 'the address', required: false },
  ],
  options: [
    { flags: '--all', description: 'every address that extip assigned to the Service' },
    { flags: '--holder-gone', description: 'the node is gone: nothing is changed there' },
    { flags: '--ip <address>', description: 'an orphaned address, with --node' },
    { flags: '--node <name>', description: 'the node that has it, with --ip' },
  ],
  outputs: ['text', 'json', 'yaml'],
  reads: ['cluster', 'nodes', 'changes'],
  async run(args, options, context) {
    const { runRelease } = await import('./run-release.ts');
    return runRelease(args, options, context);
  },
};
