/**
 * Matches that are not modelled, or not in every use, and look at what stays the same on a packet's way,
 * or (those with a name of it) at a header field that targets rewrite. Of every other one (limit,
 * hashlimit, quota, connlimit, …) each rule has a memory of its own, and is asked for itself.
 */
const STEADY: ReadonlyMap<string, string | undefined> = new Map([
  ['ttl', 'ttl'],
  ['hl', 'ttl'],
  ['dscp', 'tos'],
  ['tos', 'tos'],
  ['ecn', 'tos'],
  ['tcp', 'tcp options'],
  ['tcpmss', 'tcp options'],
  ...[
    'ah',
    'connbytes',
    'cpu',
    'dccp',
    'dst',
    'esp',
    'eui64',
    'frag',
    'hbh',
    'helper',
    'icmp',
    'icmp6',
    'ipv6header',
    'length',
    'mac',
    'mh',
    'osf',
    'owner',
    'pkttype',
    'policy',
    'rt',
    'socket',
    'string',
    'time',
  ].map((name) => [name, undefined] as const),
]);

/** Whether all rules with this match, and these options, see the same in one packet. */
export function isSteady(match: string): boolean {
  return STEADY.has(match);
}

/** The header field that the match looks at. */
export function fieldOf(match: string): string | undefined {
  return STEADY.get(match);
}
