import type { GridCase } from '../grid-case.ts';
import { calico } from './calico.ts';
import { healthy } from './healthy.ts';
import { node } from './node.ts';
import { service } from './service.ts';

/** All snapshots of the grid. */
export const CASES: readonly GridCase[] = [...healthy, ...service, ...node, ...calico];
