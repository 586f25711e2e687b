import { inRange } from '../../../ip.ts';
import { perOption } from '../model.ts';
import { readIpRange, valueAt } from '../values.ts';

/** Kernel 6.1, net/netfilter/xt_iprange.c. */
export const iprange = perOption({
  'src-range': [
    1,
    (values, context) => {
      const range = readIpRange(valueAt(values, 0), context);
      return (packet) => inRange(range, packet.source);
    },
  ],
  'dst-range': [
    1,
    (values, context) => {
      const range = readIpRange(valueAt(values, 0), context);
      return (packet) => inRange(range, packet.destination);
    },
  ],
});
