import type { GridCase } from '../grid-case.ts';
import { calico } from './calico.ts';
import { cluster } from './cluster.ts';
import { healthy } from './healthy.ts';
import { kubeProxy } from './kube-proxy.ts';
import { metallb } from './metallb.ts';
import { node } from './node.ts';
import { rules } from './rules.ts';
import { service } from './service.ts';

/** All snapshots of the grid. */
export const CASES: readonly GridCase[] = [
  ...healthy,
  ...cluster,
  ...kubeProxy,
  ...service,
  ...node,
  ...rules,
  ...calico,
  ...metallb,
];
