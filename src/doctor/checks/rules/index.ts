import type { Check } from '../../check.ts';
import { asymmetricReturn } from './asymmetric-return.ts';
import { clientHidden } from './client-hidden.ts';
import { clientNotSeen } from './client-not-seen.ts';
import { diverted } from './diverted.ts';
import { foreignDrop } from './foreign-drop.ts';
import { kubeFirewall } from './kube-firewall.ts';
import { leftOver } from './left-over.ts';
import { missing } from './missing.ts';
import { stale } from './stale.ts';
import { twice } from './twice.ts';
import { twoVariants } from './two-variants.ts';

/** EXT4xx. */
export const RULES: readonly Check[] = [
  missing,
  stale,
  leftOver,
  twice,
  twoVariants,
  foreignDrop,
  diverted,
  kubeFirewall,
  clientHidden,
  clientNotSeen,
  asymmetricReturn,
];
