import { FailedError } from '../errors.ts';
import { parseIp } from '../net/ip.ts';
import type { Node } from '../snapshot/kubernetes.ts';
import { type SshKnows, sshKnowledge } from './ssh-config.ts';
import { isSshTarget, sshArgv } from './ssh-target.ts';

export interface ReachOptions {
  /** `--ssh NODE=TARGET`, by Node name. */
  ssh: Record<string, string>;
  /** The configuration's nodes, by Node name. */
  config: Record<string, NodeReach>;
  /** Shared by all nodes of a run; without it ssh is asked all anew for each. */
  sshKnows?: SshKnows;
}

/** How the configuration reaches a node; `{node}` in a command stands for the Node's name. */
export type NodeReach = ({ ssh?: string } | { command: string[] } | { local: true }) & {
  /** Which of the two proofs of identity is enough for this node. */
  identity?: 'address' | 'machine-id';
};

/** A way to run a script on a node. */
export interface Reach {
  node: string;
  /** The complete command; it runs `sh -s` there, which reads the script from standard input. */
  argv: string[];
  /** The target and which rule chose it. */
  description: string;
  /** ssh's target, where ssh is the way. */
  target?: string;
}

/**
 * How to reach a node, in this order: `--ssh`, the configuration, the Node's name where the
 * user's ssh knows it, the Node's InternalIP.
 */
export async function findReach(node: Node, options: ReachOptions): Promise<Reach> {
  const name = node.metadata.name;
  const given = own(options.ssh, name);
  if (given !== undefined) return sshReach(name, given, '--ssh');

  const configured = own(options.config, name);
  if (configured && 'local' in configured) {
    return {
      node: name,
      argv: ['sh', '-s'],
      description: 'this machine (local in the configuration)',
    };
  }
  if (configured && 'command' in configured) {
    const prefix = configured.command.map((word) => word.replaceAll('{node}', name));
    return {
      node: name,
      argv: [...prefix, 'sh', '-s'],
      // Of its words only the program's: others may be a password, and descriptions are kept.
      description: `${prefix[0]} (command in the configuration)`,
    };
  }
  if (configured?.ssh !== undefined) return sshReach(name, configured.ssh, 'the configuration');

  const { sshKnows = sshKnowledge() } = options;
  const known = isSshTarget(name) ? await sshKnows(name) : null;
  if (known) return sshReach(name, name, `the Node's name: ${known}`);

  const internal = node.status?.addresses
    ?.filter(({ type }) => type === 'InternalIP')
    .map(({ address }) => parseIp(address)?.text)
    .find((address) => address !== undefined);
  if (internal) return sshReach(name, internal, "the Node's InternalIP");
  throw new FailedError(
    `no way to reach node ${name}: ssh does not know its name and it has no InternalIP`,
    {
      reason: 'no-way-to-node',
      object: `node/${name}`,
      help: `give --ssh ${name}=TARGET`,
    },
  );
}

/** A way to a host that is no node, by its ssh target. */
export function hostReach(target: string): Reach {
  return sshReach(target, target, '--from');
}

/** The same way over a connection of its own, also where the user's ssh would share one. */
export function overNewConnection(reach: Reach): Reach {
  return reach.target === undefined ? reach : { ...reach, argv: sshArgv(reach.target, false) };
}

function sshReach(node: string, target: string, rule: string): Reach {
  return { node, argv: sshArgv(target), description: `${target} (${rule})`, target };
}

/** Node names come from the cluster: `constructor` must not find what objects inherit. */
function own<T>(record: Record<string, T>, key: string): T | undefined {
  return Object.hasOwn(record, key) ? record[key] : undefined;
}
