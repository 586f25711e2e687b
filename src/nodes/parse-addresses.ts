import * as z from 'zod/mini';
import { isInterfaceName } from '../net/interface-name.ts';
import { parseIp } from '../net/ip.ts';
import type { InterfaceAddress, NetworkInterface } from '../snapshot/model.ts';

const LinkAddress = z.looseObject({
  family: z.string(),
  local: z.optional(z.string()),
  prefixlen: z.optional(z.number()),
  label: z.optional(z.string()),
});

const Link = z.looseObject({
  ifname: z.string(),
  flags: z.array(z.string()),
  link_type: z.optional(z.string()),
  address: z.optional(z.string()),
  mtu: z.optional(z.int()),
  addr_info: z.optional(z.array(LinkAddress)),
});

/**
 * Reads `ip -j addr` (iproute2 4.14 on). Addresses of other families than IP are left out, and
 * the empty objects that some releases print for links that were filtered.
 * Throws an Error that says what is wrong with it.
 */
export function parseAddresses(text: string): NetworkInterface[] {
  const links: unknown = JSON.parse(text);
  if (!Array.isArray(links)) throw new Error('not a list');
  return links.filter(isNotEmpty).map((link) => {
    const parsed = Link.safeParse(link);
    if (!parsed.success) throw new Error(`not a link: ${JSON.stringify(link)?.slice(0, 100)}`);
    return readLink(parsed.data);
  });
}

function isNotEmpty(link: unknown): boolean {
  return !(typeof link === 'object' && link !== null && Object.keys(link).length === 0);
}

function readLink(link: z.infer<typeof Link>): NetworkInterface {
  if (!isInterfaceName(link.ifname)) {
    throw new Error(`not the name of an interface: ${JSON.stringify(link.ifname)}`);
  }
  const mac = link.address?.toLowerCase() ?? '';
  return {
    name: link.ifname,
    up: link.flags.includes('UP') && link.flags.includes('LOWER_UP'),
    loopback: link.flags.includes('LOOPBACK'),
    mac: link.link_type === 'ether' && /^[0-9a-f]{2}(:[0-9a-f]{2}){5}$/.test(mac) ? mac : null,
    ...(link.mtu !== undefined && { mtu: link.mtu }),
    addresses: (link.addr_info ?? [])
      .filter(({ family }) => family === 'inet' || family === 'inet6')
      .map(readAddress),
  };
}

function readAddress(address: z.infer<typeof LinkAddress>): InterfaceAddress {
  const { family, local = '', prefixlen = -1, label } = address;
  const ip = parseIp(local);
  const bits = ip?.family === 4 ? 32 : 128;
  if (
    ip?.family !== (family === 'inet' ? 4 : 6) ||
    !Number.isInteger(prefixlen) ||
    prefixlen < 0 ||
    prefixlen > bits
  ) {
    throw new Error(`not an address: ${JSON.stringify(`${local}/${prefixlen}`)}`);
  }
  const flags = Object.keys(address).filter((key) => address[key] === true && /^\w+$/.test(key));
  return { ip: ip.text, prefix: prefixlen, label: readLabel(label), flags };
}

/** A label is an interface's name, with `:` and a suffix where somebody gave one. */
function readLabel(label: string | undefined): string | null {
  return label !== undefined && /^[^\s/\p{Cc}]{1,15}$/u.test(label) ? label : null;
}
