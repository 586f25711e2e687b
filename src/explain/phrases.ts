import { type Service, serviceKey } from '../snapshot/kubernetes.ts';
import type { Flow } from './explanation.ts';

/** Longer lists of names are no use in a sentence. */
const MOST_NAMES = 5;

/** e.g. `k0, k2`, or `k0, k1, k2, k3, k4 and 95 more`. */
export function nameList(names: readonly string[]): string {
  const more = names.length - MOST_NAMES;
  return more > 0 ? `${names.slice(0, MOST_NAMES).join(', ')} and ${more} more` : names.join(', ');
}

/** Subject and verb: `one` for one name, `many` for several. */
export function verb(names: readonly unknown[], one: string, many: string): string {
  return names.length === 1 ? one : many;
}

/** How an observation names the Service that it is about. */
export function serviceObject(service: Service): string {
  return `service/${serviceKey(service)}`;
}

/** Who sends the packet, e.g. `hosts on 20.1.0.0/24`; of one host its address. */
export function senders({ clients, packet }: Flow): string {
  switch (clients?.where) {
    case undefined:
      return packet.source;
    case 'anywhere':
      return 'hosts outside';
    case 'segment':
      return `hosts on ${clients?.network}`;
    case 'elsewhere':
      return `hosts not on ${clients?.network}`;
  }
}
