import { perOption } from '../model.ts';
import { portOptions } from './ports.ts';

/** Kernel 6.1, net/netfilter/xt_sctp.c; --chunk-types is not modelled. */
export const sctp = perOption(portOptions);
