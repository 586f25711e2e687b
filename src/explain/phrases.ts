import { parseIp } from '../net/ip.ts';
import { type Service, serviceKey } from '../snapshot/kubernetes.ts';

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

/** `20.1.0.167:80`, `[2001:db8::1]:80`. */
export function addressAndPort(ip: string, port: number | null): string {
  if (port === null) return ip;
  return parseIp(ip)?.family === 6 ? `[${ip}]:${port}` : `${ip}:${port}`;
}

/** How an observation names the Service that it is about. */
export function serviceObject(service: Service): string {
  return `service/${serviceKey(service)}`;
}
