import { hexDigest } from '../net/hex-digest.ts';
import type { Ip } from '../net/ip.ts';

/**
 * The names of the two policies that guard an address. A policy's name is a DNS label, so that dots become
 * dashes; of IPv6 it has the 32 hex digits.
 */
export function policyNames({ family, text, value }: Ip): { allow: string; deny: string } {
  const address = family === 4 ? text.replaceAll('.', '-') : value.toString(16).padStart(32, '0');
  return { allow: `extip-allow-${address}`, deny: `extip-deny-${address}` };
}

/**
 * The name of our host endpoint of an interface: `NODE-INTERFACE`, in the characters that a name may have; 6
 * hex digits follow where that changed it, so that no two interfaces have the same.
 */
export function endpointName(node: string, interfaceName: string): string {
  const exact = `${node}-${interfaceName}`;
  const name = exact
    .toLowerCase()
    .replace(/[^a-z0-9.-]/g, '-')
    .replace(/[.-]*\.[.-]+|[.-]+\.[.-]*/g, '-')
    .replace(/[.-]+$/, '');
  return name === exact ? name : `${name}-${hexDigest(exact).slice(0, 6)}`;
}
