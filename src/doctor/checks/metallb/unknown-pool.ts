import { waitingCheck } from '../../facts/waiting-services.ts';

/** As a rule a typing error in the annotation. */
export const unknownPool = waitingCheck({
  code: 'EXT710',
  title: 'a Service asks MetalLB for a pool that does not exist',
  cause: 'unknown-pool',
  advice: 'name a pool that exists in the annotation metallb.io/address-pool, or make this one',
});
