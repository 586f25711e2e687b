import { type Ip, inRange, parseCidr, parseRange } from '../net/ip.ts';

/** What a rule says of the other end of a packet. */
const OF_SOURCE =
  /(?:-s|--src|--source|--src-range|--ctorigsrc|saddr)\s+(?:!=?\s+)?(?:\{[^}]*\}|\S+)/g;

/** Addresses, networks and ranges, as iptables and nft write them. */
const WORDS = /[\da-f][\da-f.:]*(?:[/-][\da-f.:]+)?/gi;

/**
 * Whether a rule of iptables or nft has the address in it as a destination, by itself or in a network
 * or range; all addresses (/0) are no name of one.
 */
export function namesAddress(rule: string, ip: Ip): boolean {
  const words = rule.replaceAll(OF_SOURCE, ' ').match(WORDS) ?? [];
  return words.some((word) => {
    const range = parseRange(word);
    return range !== null && inRange(range, ip) && parseCidr(word)?.prefix !== 0;
  });
}
