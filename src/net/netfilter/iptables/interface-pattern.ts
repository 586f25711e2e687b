/**
 * Whether an interface's name fits `eth0` or `eth+`; no interface at all has the name ''
 * (kernel 6.1, net/ipv4/netfilter/ip_tables.c ip_packet_match; net/netfilter/nft_meta.c stores zeros).
 */
export function interfaceMatches(pattern: string, name: string): boolean {
  return pattern.endsWith('+') ? name.startsWith(pattern.slice(0, -1)) : name === pattern;
}
