import * as z from 'zod/mini';
import { parseIp } from '../net/ip.ts';

/** Who a node takes to have an address. */
export interface Neighbour {
  ip: string;
  interface: string;
  mac: string;
}

const neighbours = z.array(
  z.looseObject({
    dst: z.optional(z.string()),
    dev: z.optional(z.string()),
    lladdr: z.optional(z.string()),
    state: z._default(z.array(z.string()), []),
  }),
);

/** Reads `ip -j neigh show`: those that answered. What cannot be read says nothing. */
export function readNeighbours(text: string): Neighbour[] {
  return (parse(text).data ?? []).flatMap(({ dst = '', dev, lladdr, state }) => {
    const ip = parseIp(dst)?.text;
    const isGone = state.includes('FAILED') || state.includes('INCOMPLETE');
    return ip && dev && lladdr && !isGone ? [{ ip, interface: dev, mac: lladdr }] : [];
  });
}

function parse(text: string) {
  try {
    return neighbours.safeParse(JSON.parse(text));
  } catch {
    return { data: undefined };
  }
}
