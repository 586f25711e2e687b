import type { Ip } from '../ip.ts';
import type { NodeNetwork, Route, WalkInterface } from './node-network.ts';
import { isKnownAddress } from './unknown-address.ts';

export type AddressType =
  | 'local'
  | 'broadcast'
  | 'anycast'
  | 'multicast'
  | 'unspecified'
  | 'unicast';

/**
 * What an address is to the node; `device`: seen from this interface alone, where an address of
 * another interface is unicast. undefined: not known.
 * As kernel 6.1 answers in net/ipv4/fib_frontend.c inet_dev_addr_type: fixed ranges first, then the
 * local table; what that does not hold is unicast, even where no route leads.
 */
export function addressType(ip: Ip, node: NodeNetwork, device?: string): AddressType | undefined {
  // One of the node's own, on whichever interface.
  if (!isKnownAddress(ip)) return device === undefined ? 'local' : undefined;
  return fixedType(ip) ?? fromRoutes(ip, node, device) ?? fromInterfaces(ip, node, device);
}

function fixedType({ family, value }: Ip): AddressType | undefined {
  if (family === 6) {
    if (value === 0n) return 'unspecified';
    return value >> 120n === 0xffn ? 'multicast' : undefined;
  }
  if (value === 0n || value === 0xffffffffn) return 'broadcast';
  return value >> 28n === 0xen ? 'multicast' : undefined;
}

function fromRoutes(ip: Ip, node: NodeNetwork, device?: string): AddressType | undefined {
  const local = node.routes?.filter((route) => route.table === 'local' || route.table === '255');
  if (!local || local.length === 0) return undefined;
  const found = local
    .filter(({ destination }) => isInPrefix(ip, destination))
    .reduce<Route | undefined>(longest, undefined);
  const elsewhere = device && found?.hops.every((hop) => hop.device !== device);
  return found && !elsewhere ? typeOfRoute(found.type) : 'unicast';
}

function longest(best: Route | undefined, route: Route): Route {
  return best && best.destination.prefix >= route.destination.prefix ? best : route;
}

function typeOfRoute(type: string): AddressType {
  return type === 'local' || type === 'broadcast' || type === 'anycast' || type === 'multicast'
    ? type
    : 'unicast';
}

/** The entries that the kernel makes for each address (net/ipv4/fib_frontend.c fib_add_ifaddr). */
function fromInterfaces(ip: Ip, node: NodeNetwork, device?: string): AddressType | undefined {
  const isLoopback = ip.family === 4 && ip.value >> 24n === 127n;
  if (isLoopback || (ip.family === 6 && ip.value === 1n)) {
    return device === undefined || device === 'lo' ? 'local' : 'unicast';
  }
  const interfaces = node.interfaces?.filter(({ name }) => device === undefined || name === device);
  if (!interfaces) return undefined;
  if (interfaces.some((candidate) => isOwn(ip, candidate))) return 'local';
  // An address of --local is on an interface without a name: nobody said on which.
  const isSomewhere = node.interfaces?.some((it) => it.name === '' && isOwn(ip, it));
  if (device !== undefined && isSomewhere) return undefined;
  return interfaces.some((candidate) => isBroadcast(ip, candidate)) ? 'broadcast' : 'unicast';
}

/** On a loopback interface the whole prefix of an IPv4 address is the node's own. */
function isOwn(ip: Ip, { loopback, addresses }: WalkInterface): boolean {
  return addresses.some((address) =>
    loopback && ip.family === 4
      ? isInPrefix(ip, address)
      : address.ip.family === ip.family && address.ip.value === ip.value,
  );
}

function isBroadcast(ip: Ip, { addresses }: WalkInterface): boolean {
  return addresses.some(
    (address) =>
      address.ip.family === 4 &&
      address.prefix < 31 &&
      isInPrefix(ip, address) &&
      (ip.value & hostBits(address)) === hostBits(address),
  );
}

function isInPrefix(ip: Ip, network: { ip: Ip; prefix: number }): boolean {
  return (
    ip.family === network.ip.family &&
    (ip.value | hostBits(network)) === (network.ip.value | hostBits(network))
  );
}

function hostBits({ ip, prefix }: { ip: Ip; prefix: number }): bigint {
  return (1n << BigInt((ip.family === 4 ? 32 : 128) - prefix)) - 1n;
}
