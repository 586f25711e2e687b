import * as z from 'zod/mini';

/** A VXLAN tunnel, and the interface whose frames carry it. */
export interface Tunnel {
  link: string;
  /** In bytes. */
  mtu: number;
  below: { link: string; mtu: number };
}

const Link = z.looseObject({
  ifname: z.string(),
  mtu: z.int(),
  linkinfo: z.optional(
    z.looseObject({
      info_kind: z.optional(z.string()),
      info_data: z.optional(z.looseObject({ link: z.optional(z.string()) })),
    }),
  ),
});

/** Reads `ip -j -d link` (iproute2 6.1, ip/iplink_vxlan.c): the VXLAN tunnels that name their interface. */
export function readTunnels(text: string): Tunnel[] {
  const links = z.array(Link).safeParse(parsed(text)).data ?? [];
  const mtus = new Map(links.map(({ ifname, mtu }) => [ifname, mtu]));
  return links.flatMap(({ ifname, mtu, linkinfo }) => {
    const below = linkinfo?.info_kind === 'vxlan' ? linkinfo.info_data?.link : undefined;
    const belowMtu = below === undefined ? undefined : mtus.get(below);
    if (below === undefined || belowMtu === undefined) return [];
    return { link: ifname, mtu, below: { link: below, mtu: belowMtu } };
  });
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
