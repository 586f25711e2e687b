import { UsageError } from '../errors.ts';
import { isSshTarget } from '../nodes/ssh-target.ts';
import { oneLine } from '../output/sanitize.ts';
import type { OptionDeclaration } from './command.ts';

/** The groups of flags that commands share; the values are headings in the help. */
export const OPTION_GROUPS = {
  cluster: 'Cluster options:',
  nodes: 'Node options:',
  changes: 'Change options:',
} as const;

export type OptionGroupName = keyof typeof OPTION_GROUPS;

/** kubectl's flags, with kubectl's meanings; all left out means as kubectl would do. */
export interface ClusterOptions {
  kubeconfig?: string;
  context?: string;
  cluster?: string;
  user?: string;
  namespace?: string;
  as?: string;
  requestTimeout?: string;
}

export interface NodeOptions {
  /** Node name → ssh target. */
  ssh: Record<string, string>;
}

export interface ChangeOptions {
  dryRun: 'none' | 'client' | 'server';
  yes: boolean;
  /** The names of the safety checks to override. */
  force: string[];
  fieldManager: string;
  /** Seconds. */
  lockTimeout: number;
}

export interface GlobalOptions {
  output: string;
  verbose: boolean;
  color: 'auto' | 'always' | 'never';
  config?: string;
}

export const SHARED_OPTIONS: Record<OptionGroupName, readonly OptionDeclaration[]> = {
  cluster: [
    { flags: '--kubeconfig <file>', description: 'kubeconfig file to use instead of KUBECONFIG' },
    { flags: '--context <name>', description: 'context of the kubeconfig' },
    { flags: '--cluster <name>', description: 'cluster of the kubeconfig' },
    { flags: '--user <name>', description: 'user of the kubeconfig' },
    { flags: '-n, --namespace <name>', description: "namespace, else the context's" },
    { flags: '--as <user>', description: 'user to impersonate' },
    {
      flags: '--request-timeout <duration>',
      description: 'for one request to the API server: 10s, 1m; 0 is no limit',
    },
  ],
  nodes: [
    {
      flags: '--ssh <node=target>',
      description: 'ssh target of a node, e.g. k0=admin@192.0.2.10; may be repeated',
      parse: addSshTarget,
      default: {},
    },
  ],
  changes: [
    {
      flags: '--dry-run <mode>',
      description: 'show the exact commands and patches and change nothing',
      choices: ['none', 'client', 'server'],
      default: 'none',
    },
    { flags: '-y, --yes', description: 'do not ask for confirmation', default: false },
    {
      flags: '--force <check>',
      description: 'override the safety check of this name; may be repeated',
      repeatable: true,
    },
    {
      flags: '--field-manager <name>',
      description: 'who changed the Service, in its managedFields',
      default: 'extip',
    },
    {
      flags: '--lock-timeout <seconds>',
      description: 'how long to wait for another run to finish',
      parse: seconds,
      default: 20,
    },
  ],
};

export const GLOBAL_OPTIONS: readonly OptionDeclaration[] = [
  {
    flags: '-v, --verbose',
    description: 'log what is done, on stderr; -v=N is the same',
    default: false,
  },
  {
    flags: '--color <when>',
    description: 'colour; auto obeys NO_COLOR and FORCE_COLOR',
    choices: ['auto', 'always', 'never'],
    default: 'auto',
  },
  {
    flags: '--config <file>',
    description: 'configuration instead of $EXTIP_CONFIG and ~/.config/extip/config.yaml',
  },
];

/** Of every command that only reads. */
export const SNAPSHOT_OPTION: OptionDeclaration = {
  flags: '--snapshot <path>',
  description: 'read this snapshot, a folder or FILE.tar.gz, instead of cluster and nodes',
};

/** What a guard is to be like. */
export const GUARD_OPTIONS: readonly OptionDeclaration[] = [
  {
    flags: '--source <cidr>',
    description: 'clients that a guard lets in; may be repeated; none: everybody',
    repeatable: true,
  },
  {
    flags: '--order <number>',
    description: "where the guard stands among Calico's policies; the lowest decides first",
    parse: order,
  },
];

export const HELP_OPTION = { flags: '-h, --help', description: 'print this help' };

export const VERSION_OPTION = { flags: '--version', description: 'print the version' };

/** `-o` as every command has it. */
export const ANY_OUTPUT: OptionDeclaration = {
  flags: '-o, --output <format>',
  description: "output format; each command's help has its list",
};

/** The `-o` of a command with these formats. */
export function outputOption(outputs: readonly string[]): OptionDeclaration {
  return {
    flags: ANY_OUTPUT.flags,
    description: 'output format',
    choices: outputs,
    default: outputs[0],
  };
}

function addSshTarget(value: string, previous: unknown): Record<string, string> {
  const targets = previous as Record<string, string>;
  const [, node = '', target = ''] = /^([^=]+)=(.*)$/.exec(value) ?? [];
  if (!isSshTarget(target) || Object.hasOwn(targets, node)) {
    const fault = Object.hasOwn(targets, node)
      ? `is the second target of ${oneLine(node)}`
      : 'is not NODE=TARGET with an ssh target';
    throw new UsageError(`--ssh: '${oneLine(value)}' ${fault}`, {
      reason: 'invalid-value',
      help: 'for example: --ssh k0=admin@192.0.2.10',
    });
  }
  return { ...targets, [node]: target };
}

/** As Calico orders policies: any number; ours that denies stands 10 behind. */
function order(value: string): number {
  if (!/^-?\d{1,9}(\.\d{1,6})?$/.test(value)) {
    throw new UsageError(`--order: '${oneLine(value)}' is no number`, {
      reason: 'invalid-value',
      help: 'for example: --order 50',
    });
  }
  return Number(value);
}

function seconds(value: string): number {
  if (!/^\d{1,6}$/.test(value)) {
    throw new UsageError(`--lock-timeout: '${oneLine(value)}' is no number of seconds`, {
      reason: 'invalid-value',
    });
  }
  return Number(value);
}
