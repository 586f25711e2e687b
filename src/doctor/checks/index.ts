import type { Check } from '../check.ts';
import { unreadable } from './node/unreadable.ts';
import { noEndpoints } from './service/no-endpoints.ts';
import { onNoNode } from './service/on-no-node.ts';
import { onSeveralNodes } from './service/on-several-nodes.ts';

/** All checks, by their codes. A code that is gone is never given to another one. */
export const CHECKS: readonly Check[] = [onNoNode, onSeveralNodes, noEndpoints, unreadable];
