import { UsageError } from '../errors.ts';
import type { CommandDeclaration } from './command.ts';
import type { ClusterOptions, NodeOptions } from './options.ts';

export interface SnapshotOptions extends ClusterOptions, NodeOptions {
  check: boolean;
}

export const snapshot: CommandDeclaration<SnapshotOptions> = {
  name: 'snapshot',
  summary: 'Keep all that extip reads in a folder or file, and look into one',
  description: `capture reads the cluster and its nodes into a folder, or a FILE.tar.gz, that other
commands read with --snapshot: later, elsewhere, without cluster and ssh. Secrets are not in it.

show says what is in it, how old it is, and what could not be read.`,
  examples: [
    { command: 'extip snapshot capture s.tar.gz', what: 'the cluster and all of its nodes' },
    { command: 'extip snapshot show s.tar.gz', what: 'what is in it, and what is not' },
    { command: 'extip snapshot show s.tar.gz --check', what: 'whether all of it can be read' },
    { command: 'extip list -A --snapshot s.tar.gz', what: 'what was listed then' },
  ],
  arguments: [
    {
      name: 'action',
      description: 'what to do',
      required: true,
      choices: ['capture', 'show'],
    },
    { name: 'path', description: 'the folder, or FILE.tar.gz', required: true, isPath: true },
  ],
  options: [
    {
      flags: '--check',
      description: 'show: read every file fully, and say what of it cannot be read',
      default: false,
    },
  ],
  outputs: ['text', 'json'],
  reads: ['cluster', 'nodes'],
  async run([action = '', path = ''], options, context) {
    if (action === 'show') {
      const { runSnapshotShow } = await import('./run-snapshot-show.ts');
      return runSnapshotShow(path, options, context);
    }
    if (options.check) {
      throw new UsageError('--check is for extip snapshot show', { reason: 'conflicting-flags' });
    }
    const { runSnapshotCapture } = await import('./run-snapshot-capture.ts');
    return runSnapshotCapture(path, options, context);
  },
};
