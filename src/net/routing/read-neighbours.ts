import * as z from 'zod/mini';
import { parseIp } from '../ip.ts';
import { type IpAnswer, readList } from './read-ip-json.ts';

/** Who a node takes to have an address. */
export interface Neighbour {
  ip: string;
  interface: string;
  mac: string;
}

const neighbour = z.looseObject({
  dst: z.string(),
  dev: z.optional(z.string()),
  lladdr: z.optional(z.string()),
  state: z._default(z.array(z.string()), []),
});

/** Reads `ip -4 -j neigh`, or `-6` (iproute2 6.1, ip/ipneigh.c): those that answered. */
export function readNeighbours(text: string): IpAnswer<Neighbour> {
  const { items, problems } = readList(text, neighbour, ({ dst, dev, lladdr, state }) => {
    const ip = parseIp(dst)?.text;
    const isGone = state.includes('FAILED') || state.includes('INCOMPLETE');
    return ip && dev && lladdr && !isGone ? [{ ip, interface: dev, mac: lladdr }] : [];
  });
  return { items: items?.flat(), problems };
}
