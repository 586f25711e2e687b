import type { Packet } from './packet.ts';
import type { Change } from './rules.ts';

/** For which of a connection's two directions a zone holds; `both` without more words. */
export type ZoneDirection = 'original' | 'reply' | 'both';

/**
 * CT of iptables and `ct zone set` of nft, before conntrack: they attach a template with a zone to the
 * packet. Only the first one counts, also before NOTRACK; where conntrack has looked, none does
 * (xt_ct_target, net/netfilter/xt_CT.c; nft_ct_set_zone_eval, net/netfilter/nft_ct.c; Linux 6.18).
 * A zone for the original direction alone has no bearing on whether an answer is found
 * (nf_ct_zone_id, include/net/netfilter/nf_conntrack_zones.h).
 */
export function attachTemplate(
  packet: Packet,
  zone: number,
  direction: ZoneDirection,
  effect: string,
): Change | true {
  if (packet.connection.state !== 'none' || packet.template) return true;
  const template = { replyZone: direction === 'original' ? 0 : zone };
  return { kind: 'change', action: 'set', effect, packet: { ...packet, template } };
}
