import { waitingCheck } from '../../facts/waiting-services.ts';

/** Pools may be for some Services only, or given only to who asks. */
export const noPool = waitingCheck({
  code: 'EXT714',
  title: 'no pool of MetalLB is for a Service',
  cause: 'no-pool',
  advice:
    'ask for a pool by the annotation metallb.io/address-pool, or make one for this Service and its family',
});
