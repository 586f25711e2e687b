import { quote } from '../../quote.ts';
import type { InterfaceAddress, NetworkInterface } from '../../snapshot/model.ts';

/** e.g. `20.1.0.167/24`. */
export function textOf({ ip, prefix }: Pick<InterfaceAddress, 'ip' | 'prefix'>): string {
  return `${ip}/${prefix}`;
}

/** Whether its prefix is that of one address. */
export function isAlone({ ip, prefix }: Pick<InterfaceAddress, 'ip' | 'prefix'>): boolean {
  return prefix === bitsOf(ip);
}

/** Gives the interface the address alone in place of its whole network, for root on the node. */
export function narrowCommand(
  node: string,
  { ip, prefix, link }: InterfaceAddress & { link: NetworkInterface },
): string {
  const device = quote(link.name);
  return `on ${node}: ip addr add ${ip}/${bitsOf(ip)} dev ${device} && ip addr del ${ip}/${prefix} dev ${device}`;
}

function bitsOf(ip: string): number {
  return ip.includes(':') ? 128 : 32;
}
