import type { CommandDeclaration } from './command.ts';
import { type ClusterOptions, type NodeOptions, SNAPSHOT_OPTION } from './options.ts';

export interface ListOptions extends ClusterOptions, NodeOptions {
  allNamespaces?: boolean;
  selector?: string;
  watch?: boolean;
  snapshot?: string;
  headers: boolean;
}

export const list: CommandDeclaration<ListOptions> = {
  name: 'list',
  summary: 'Show the external IPs of Services, and who holds them',
  description: `Shows every external IP of the Services: where it is held, and whether all is as
recorded. Those that were set by hand are unmanaged; what a deleted Service left on a node is an
orphan.`,
  examples: [
    { command: 'extip list -A', what: 'all namespaces' },
    { command: 'extip list -A -o wide', what: 'with what is wrong and what mends it' },
    { command: "extip list -A -o json | jq -r '.items[].ip'", what: 'for scripts' },
    { command: 'extip list -w', what: 'go on showing changes' },
    { command: 'extip list -A --snapshot s.tar.gz', what: 'what a snapshot says of it' },
  ],
  arguments: [],
  options: [
    { flags: '-A, --all-namespaces', description: 'the Services of all namespaces' },
    { flags: '-l, --selector <labels>', description: 'only Services with these labels' },
    { flags: '-w, --watch', description: 'go on showing what changes' },
    { flags: '--no-headers', description: 'leave the column titles out' },
    SNAPSHOT_OPTION,
  ],
  outputs: ['table', 'wide', 'name', 'json', 'yaml'],
  reads: ['cluster', 'nodes'],
  async run(_args, options, context) {
    const { runList } = await import('./run-list.ts');
    return runList(options, context);
  },
};
