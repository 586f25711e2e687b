import { randomUUID } from 'node:crypto';
import type { Session } from '../apply/session.ts';
import type { ClusterFlags } from '../cluster/connection.ts';
import { ownIdentity } from '../cluster/process-identity.ts';
import type { ClusterConfig } from '../config/schema.ts';
import { nameChecker } from '../nodes/check-names.ts';
import { sshKnowledge } from '../nodes/ssh-config.ts';
import type { Context } from './context.ts';
import type { ClusterOptions, NodeOptions } from './options.ts';

/** Connects to the cluster that the flags name, with what the configuration says about it. */
export async function openSession(
  options: ClusterOptions & Partial<NodeOptions> & { fieldManager?: string },
  context: Context,
): Promise<{ session: Session; config: ClusterConfig }> {
  const { connect } = await import('../cluster/connection.ts');
  const { clusterConfig } = await import('../config/config.ts');
  const connection = await connect(options, { onWarning: context.warn, log: context.log });
  const { clusterName } = connection;
  const all = await context.config();
  const config = clusterConfig(all, clusterName);
  const others = Object.keys(all.clusters);
  if (others.length > 0 && !others.includes(clusterName)) {
    context.log(`configuration: nothing about cluster ${clusterName}, only ${others.join(', ')}`);
  }
  const identity = Object.entries(config.nodes).flatMap(([name, node]) =>
    node.identity ? [[name, node.identity] as const] : [],
  );
  const sshKnows = sshKnowledge();
  const reach = { ssh: options.ssh ?? {}, config: config.nodes, sshKnows, log: context.log };
  const session: Session = {
    connection,
    cluster: clusterFlags(options),
    reach,
    checkNames: nameChecker(reach, context.warn),
    identity: Object.fromEntries(identity),
    run: { id: randomUUID(), by: ownIdentity().who, at: new Date().toISOString() },
    fieldManager: options.fieldManager ?? 'extip',
  };
  return { session, config };
}

const CLUSTER_FLAGS = [
  'kubeconfig',
  'context',
  'cluster',
  'user',
  'namespace',
  'as',
  'requestTimeout',
] as const;

function clusterFlags(options: ClusterOptions): ClusterFlags {
  const given = CLUSTER_FLAGS.flatMap((flag) => {
    const value = options[flag];
    return value === undefined ? [] : [[flag, value] as const];
  });
  return Object.fromEntries(given);
}
