import type { CommandDeclaration } from './command.ts';
import {
  type ChangeOptions,
  type ClusterOptions,
  GUARD_OPTIONS,
  type NodeOptions,
  SNAPSHOT_OPTION,
} from './options.ts';

export interface GuardOptions extends ClusterOptions, NodeOptions, ChangeOptions {
  from?: string;
  snapshot?: string;
  source: string[];
  order?: number;
  cut?: boolean;
}

export const guard: CommandDeclaration<GuardOptions> = {
  name: 'guard',
  summary: "Say who may reach an external IP, by Calico's host endpoints and policies",
  description: `show says of every external IP of a Service, or of one address, who may reach which port on
which node and interface, by which policy of Calico, and what these do not watch. It changes nothing.

set lets only the sources in, on the Service's ports, at every interface in the address's subnet; again, it
changes the sources, or follows the Service's ports. remove takes that away. Both are of addresses that extip
assigned, and change nothing else: what would lock anybody out is refused, and what is applied is taken back
by itself unless extip has proven that nothing was cut off.`,
  examples: [
    { command: 'extip guard show web', what: 'every external IP of the Service' },
    { command: 'extip guard show 20.1.0.167', what: 'one address, whatever Services have it' },
    { command: 'extip guard show web --from 20.1.0.165', what: 'for one client' },
    { command: 'extip guard show web --snapshot s.tar.gz', what: 'of a snapshot, with no cluster' },
    {
      command: 'extip guard set web --source 20.1.0.0/24 --source 192.0.2.10',
      what: 'let only these in',
    },
    {
      command: 'extip guard set web --source 20.1.0.0/24 --cut -y',
      what: 'and end the connections of all others',
    },
    { command: 'extip guard remove web', what: 'let everybody in again' },
    {
      command:
        'extip guard show web -o json | jq \'.addresses[].interfaces[].ports[].reach[] | select(.outcome == "allowed")\'',
      what: 'for scripts',
    },
  ],
  arguments: [
    {
      name: 'action',
      description: 'what to do',
      required: true,
      choices: ['show', 'set', 'remove'],
    },
    {
      name: 'subject',
      description: 'NAME, svc/NAME or NAMESPACE/NAME of a Service, or an address',
      required: false,
    },
  ],
  options: [
    { flags: '--from <addr>', description: 'show: what becomes of this client alone' },
    { ...SNAPSHOT_OPTION, description: `show: ${SNAPSHOT_OPTION.description}` },
    ...GUARD_OPTIONS,
    { flags: '--cut', description: 'set: also end connections that are no longer permitted' },
  ],
  outputs: ['text', 'json', 'yaml'],
  reads: ['cluster', 'nodes', 'changes'],
  async run([action, subject], options, context) {
    if (action === 'show') {
      const { runGuardShow } = await import('./run-guard-show.ts');
      return runGuardShow(subject, options, context);
    }
    const { runGuardChange } = await import('./run-guard-change.ts');
    return runGuardChange(action === 'set' ? 'set' : 'remove', subject, options, context);
  },
};
