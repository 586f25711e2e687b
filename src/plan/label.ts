import type { Family } from '../net/ip.ts';

/**
 * The label that marks an address as ours in `ip addr`, or null where there can be none: IPv6 has
 * no labels, and the kernel takes at most 15 characters (IFNAMSIZ - 1), beyond which
 * `ip addr add` itself fails.
 */
export function addressLabel(interfaceName: string, family: Family): string | null {
  const label = `${interfaceName}:extip`;
  return family === 4 && label.length <= 15 ? label : null;
}
