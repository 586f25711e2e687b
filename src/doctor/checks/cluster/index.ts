import type { Check } from '../../check.ts';
import { annotationDamaged } from './annotation-damaged.ts';
import { denied } from './denied.ts';
import { externalIpsDeprecated } from './external-ips-deprecated.ts';
import { gateOff } from './gate-off.ts';
import { lockStale } from './lock-stale.ts';
import { noRecordOnNode } from './no-record-on-node.ts';
import { nodeGone } from './node-gone.ts';
import { nodeRecordDamaged } from './node-record-damaged.ts';
import { notInExternalIps } from './not-in-external-ips.ts';
import { notOnItsNode } from './not-on-its-node.ts';
import { orphan } from './orphan.ts';
import { poolsOverlap } from './pools-overlap.ts';
import { unfinished } from './unfinished.ts';

/** EXT1xx, in order. */
export const CLUSTER: readonly Check[] = [
  externalIpsDeprecated,
  gateOff,
  denied,
  lockStale,
  unfinished,
  notInExternalIps,
  noRecordOnNode,
  nodeGone,
  notOnItsNode,
  orphan,
  annotationDamaged,
  nodeRecordDamaged,
  poolsOverlap,
];
