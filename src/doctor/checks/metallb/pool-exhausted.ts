import { waitingCheck } from '../../facts/waiting-services.ts';

/** All of its addresses are given. */
export const poolExhausted = waitingCheck({
  code: 'EXT713',
  title: 'a pool of MetalLB has no address left for a Service',
  cause: 'exhausted',
  advice: 'add addresses to the pool, or free some',
});
