import type { Check } from '../check.ts';
import { CALICO } from './calico/index.ts';
import { CLUSTER } from './cluster/index.ts';
import { KUBE_PROXY } from './kube-proxy/index.ts';
import { METALLB } from './metallb/index.ts';
import { NODE } from './node/index.ts';
import { RULES } from './rules/index.ts';
import { SERVICE } from './service/index.ts';

/** All checks, by their codes. A code that is gone is never given to another one. */
export const CHECKS: readonly Check[] = [
  ...CLUSTER,
  ...KUBE_PROXY,
  ...SERVICE,
  ...NODE,
  ...RULES,
  ...CALICO,
  ...METALLB,
];
