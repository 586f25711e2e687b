import type { CommandDeclaration } from './command.ts';
import { type ClusterOptions, type NodeOptions, SNAPSHOT_OPTION } from './options.ts';

export interface GuardOptions extends ClusterOptions, NodeOptions {
  from?: string;
  snapshot?: string;
}

export const guard: CommandDeclaration<GuardOptions> = {
  name: 'guard',
  summary: 'Show who may reach an external IP, by which policy of Calico',
  description: `show says of every external IP of a Service, or of one address, who may reach which port on
which node and interface: which host endpoint of Calico governs the interface, and which policy decides. It
also lists the ways to the Service that these do not watch.

It reads, and changes nothing.`,
  examples: [
    { command: 'extip guard show web', what: 'every external IP of the Service' },
    { command: 'extip guard show 20.1.0.167', what: 'one address, whatever Services have it' },
    { command: 'extip guard show web --from 20.1.0.165', what: 'for one client' },
    { command: 'extip guard show web --snapshot s.tar.gz', what: 'of a snapshot, with no cluster' },
    {
      command:
        'extip guard show web -o json | jq \'.addresses[].interfaces[].ports[].reach[] | select(.outcome == "allowed")\'',
      what: 'for scripts',
    },
  ],
  arguments: [
    { name: 'action', description: 'what to do', required: true, choices: ['show'] },
    {
      name: 'subject',
      description: 'NAME, svc/NAME or NAMESPACE/NAME of a Service, or an address',
      required: false,
    },
  ],
  options: [
    { flags: '--from <addr>', description: 'what becomes of this client alone' },
    SNAPSHOT_OPTION,
  ],
  outputs: ['table', 'json', 'yaml'],
  reads: ['cluster', 'nodes'],
  async run([, subject], options, context) {
    const { runGuardShow } = await import('./run-guard-show.ts');
    return runGuardShow(subject, options, context);
  },
};
