import { createHash } from 'node:crypto';

const MOST_CHARACTERS = 28;

/**
 * The name of a chain of Calico's: the suffix where it fits in 28 characters, else `_` and the
 * beginning of its hash. Calico 3.32 felix/hashutils, GetLengthLimitedID.
 */
export function chainName(prefix: string, suffix: string): string {
  const plain = `${prefix}${suffix}`;
  // What begins with `_` could be taken for a hash.
  if (plain.length <= MOST_CHARACTERS && !suffix.startsWith('_')) return plain;
  const hash = createHash('sha256').update(suffix).digest('base64url');
  return `${prefix}_${hash}`.slice(0, MOST_CHARACTERS);
}

/**
 * What a GlobalNetworkPolicy's chain may be called, ingress (`cali-pi-`) or egress (`cali-po-`):
 * its suffix is `NAME` up to 3.28, `TIER/NAME` up to 3.31, `gnp/NAME` from 3.32 on.
 */
export function policyChainNames(
  direction: 'ingress' | 'egress',
  { name, tier = 'default' }: { name: string; tier?: string },
): string[] {
  const prefix = direction === 'ingress' ? 'cali-pi-' : 'cali-po-';
  return [name, `${tier}/${name}`, `gnp/${name}`].map((suffix) => chainName(prefix, suffix));
}
