import type { Evidence } from '../explain/evidence.ts';
import type { ExaminedNode } from '../explain/findings.ts';
import type { NodeFile } from '../snapshot/node-files.ts';
import type { ResourceName } from '../snapshot/resources.ts';
import type { ClusterSnapshot } from './cluster-snapshot.ts';
import type { Code, Found, Severity } from './finding.ts';

/**
 * What is needed of a node: `facts`, its addresses and which machine it is; `records`, what extip left
 * there; `rules`, those of both families in all forms; or one of its files.
 */
export type NodeInput = 'facts' | 'records' | 'rules' | NodeFile;

interface CheckInfo {
  /** Never used again for something else. */
  code: Code;
  /** What is wrong where it finds something, in a few words. */
  title: string;
  severity: Severity;
  /** Of the cluster; where one could not all be read, what the check would say is not known. */
  reads: readonly ResourceName[];
  /** It goes by the API server's version. */
  needsServerVersion?: boolean;
  /** Why there is nothing to look at, e.g. `there is no Calico`; null: there is. */
  skips?(cluster: ClusterSnapshot): string | null;
  /** What it finds stands, whatever else could not be read. */
  standsInPart?: boolean;
}

/** Looks at one node after another, while its files are in memory. */
export interface NodeCheck extends CheckInfo {
  ofNode: readonly NodeInput[];
  /** One node that has it is enough to know. */
  isOneEnough?: boolean;
  findOn(node: ExaminedNode, cluster: ClusterSnapshot): readonly Found[];
}

/** Looks at all that was read, in the end. */
export interface ClusterCheck extends CheckInfo {
  /** Of every node of the cluster. */
  ofNodes: readonly NodeInput[];
  find(evidence: Evidence, cluster: ClusterSnapshot): readonly Found[];
}

/** One file of `checks`. */
export type Check = NodeCheck | ClusterCheck;
