import type { GridCase } from '../grid-case.ts';
import { calico } from './calico.ts';
import { cluster } from './cluster.ts';
import { healthy } from './healthy.ts';
import { node } from './node.ts';
import { rules } from './rules.ts';
import { service } from './service.ts';

/** All snapshots of the grid. */
<<<<<<< HEAD
export const CASES: readonly GridCase[] = [...healthy, ...cluster, ...service, ...node, ...calico];
=======
export const CASES: readonly GridCase[] = [...healthy, ...service, ...node, ...rules];
>>>>>>> b7941cc (doctor: each node's rules against the API, in one pass, and rules of others that drop, divert or masquerade)
