import type { ClusterConfig, Config } from './schema.ts';

export type { ClusterConfig, Config, NodeConfig } from './schema.ts';

/** What the configuration says about the kubeconfig's cluster of this name; empty when nothing. */
export function clusterConfig(config: Config, clusterName: string): ClusterConfig {
  const cluster = Object.hasOwn(config.clusters, clusterName) && config.clusters[clusterName];
  return cluster || { nodes: {}, pools: {}, defaults: {} };
}
