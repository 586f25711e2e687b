import { waitingCheck } from '../../facts/waiting-services.ts';

/** Two Services share an address only if both say so. */
export const addressInUse = waitingCheck({
  code: 'EXT712',
  title: 'a Service asks MetalLB for an address that another one has',
  cause: 'address-in-use',
  advice:
    'ask for another one, or give both the same annotation metallb.io/allow-shared-ip and different ports',
});
