import { waitingCheck } from '../../facts/waiting-services.ts';

/** It is in no pool, or not in one for this Service, or of another family. */
export const addressRefused = waitingCheck({
  code: 'EXT711',
  title: 'a Service asks MetalLB for an address that it does not give',
  cause: 'address-refused',
  advice: 'ask for an address of a pool, of the family of its clusterIP, in one place',
});
