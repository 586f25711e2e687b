import { addresses } from '../topology.ts';
import { type Context, hex, interfaceNames, marks, masks, network, portRange } from './context.ts';

type Match = (context: Context) => string | null;

const not = ({ random }: Context) => (random.chance(0.2) ? '!= ' : '');
/** `ip` or `ip6`. */
export const ipWord = ({ family }: Pick<Context, 'family'>) => (family === 4 ? 'ip' : 'ip6');

/** What a rule of nft looks at. */
export function generateMatches(context: Context): string[] {
  const { random } = context;
  const count = random.pick([0, 1, 1, 1, 2, 2, 3]);
  const found = random.list(count, () => random.pick(any)(context)).filter((each) => each !== null);
  // A walk tells of what is added even where a match behind it says no: the counter does not.
  return [...new Set(found)].sort((a, b) => Number(isAddition(a)) - Number(isAddition(b)));
}

const icmpTypes = ['destination-unreachable', 'echo-request', 'echo-reply'];

const isAddition = (match: string) => match.startsWith('add ');

const address: Match = (context) => {
  const { random, family } = context;
  const field = `${ipWord(context)} ${random.pick(['saddr', 'daddr', 'daddr'])}`;
  // Only whole networks: nft refuses host bits in some places, and /0 altogether.
  const one = () => random.pick(context.addresses);
  const prefixes = family === 4 ? [8, 16, 24, 25, 31] : [16, 48, 64, 120];
  switch (random.integer(0, 5)) {
    case 0:
      return `${field} ${not(context)}@${random.pick(['ips', 'nets'])}`;
    case 1:
      return `${field} ${not(context)}{ ${[...new Set([one(), one(), one()])].join(', ')} }`;
    case 2:
      return `${field} ${not(context)}${one()}/${random.pick(prefixes)}`;
    case 3: {
      const prefix = random.pick(prefixes);
      const mask = family === 4 ? mask4(prefix) : '';
      return mask
        ? `${field} & ${mask} == 10.0.0.0`
        : `${field} ${network({ ...context, family })}`.replace('/0', '/8');
    }
    default:
      return `${field} ${not(context)}${one()}`;
  }
};

function mask4(prefix: number): string {
  const bits = (0xffffffff << (32 - prefix)) >>> 0;
  return [24, 16, 8, 0].map((shift) => (bits >>> shift) & 255).join('.');
}

const protocol: Match = (context) => {
  const { random } = context;
  return random.pick([
    `meta l4proto ${not(context)}{ tcp, udp }`,
    'meta l4proto tcp',
    'meta l4proto != udp',
    context.family === 4 ? 'ip protocol udp' : 'ip6 nexthdr udp',
    `${context.family === 4 ? 'icmp' : 'icmpv6'} type ${not(context)}${random.pick(icmpTypes)}`,
    `meta nfproto ${not(context)}${context.family === 4 ? 'ipv4' : 'ipv6'}`,
  ]);
};

const port: Match = (context) => {
  const { random, ports } = context;
  const field = `${random.pick(['tcp', 'tcp', 'udp', 'sctp', 'th'])} ${random.pick(['dport', 'dport', 'sport'])}`;
  const prefix = field.startsWith('th ') ? 'meta l4proto { tcp, udp, sctp } ' : '';
  switch (random.integer(0, 4)) {
    case 0:
      return `${prefix}${field} ${not(context)}{ ${[...new Set([random.pick(ports), random.pick(ports)])].join(', ')}, 9000-9010 }`;
    case 1:
      return `${prefix}${field} ${random.pick(['<', '>', '<=', '>='])} ${random.pick(ports)}`;
    default:
      return `${prefix}${field} ${not(context)}${portRange(context, '-')}`;
  }
};

const flags: Match = ({ random }) =>
  random.pick([
    'tcp flags syn',
    'tcp flags & (syn | ack) == syn',
    'tcp flags & (fin | syn | rst | ack) == syn | ack',
    'tcp flags != syn',
  ]);

const interfaceName: Match = (context) => {
  const { random } = context;
  const field = random.pick(['iifname', 'iifname', 'oifname']);
  switch (random.integer(0, 3)) {
    case 0:
      return `${field} ${not(context)}{ "up0", "cali1", "lo" }`;
    case 1:
      return `${field} ${not(context)}"${random.pick(['up*', 'cali*'])}"`;
    case 2:
      return `${random.pick(['iif', 'oif'])} ${not(context)}"${random.pick(interfaceNames)}"`;
    default:
      return `${field} ${not(context)}"${random.pick(interfaceNames)}"`;
  }
};

const mark: Match = (context) => {
  const { random } = context;
  const field = random.pick(['meta mark', 'meta mark', 'ct mark']);
  const value = random.chance(0.3) ? 0 : random.pick(marks);
  if (random.chance(0.5)) return `${field} ${not(context)}${hex(value)}`;
  return `${field} & ${hex(random.pick(masks))} ${random.pick(['==', '!='])} ${hex(value)}`;
};

const connection: Match = (context) => {
  const { random, addresses: pool, ports } = context;
  const end = random.pick(['original', 'reply']);
  switch (random.integer(0, 7)) {
    case 0:
      return `ct status ${random.pick(['dnat', 'snat', 'dnat,snat', 'seen-reply', 'confirmed'])}`;
    case 1:
      return `ct direction ${not(context)}${random.pick(['original', 'reply'])}`;
    case 2:
      return `ct ${end} ${ipWord(context)} ${random.pick(['saddr', 'daddr'])} ${not(context)}${random.pick(pool)}`;
    case 3:
      return `meta l4proto tcp ct ${end} ${random.pick(['proto-src', 'proto-dst'])} ${random.pick(ports)}`;
    case 4:
      return `ct state ${not(context)}${random.pick(['new', 'established', 'invalid', 'untracked'])}`;
    default: {
      const states = random.some(['new', 'established', 'related', 'invalid', 'untracked']);
      return `ct state ${states.length > 1 && random.chance(0.5) ? `{ ${states.join(', ')} }` : states.join(',')}`;
    }
  }
};

const fib: Match = (context) => {
  const { random, hooks } = context;
  const isIncoming = hooks.every((hook) => ['prerouting', 'input', 'forward'].includes(hook));
  if (isIncoming && random.chance(0.4))
    return `fib saddr${random.pick(['', ' . iif', ' . mark . iif'])} oif ${random.pick(['missing', 'exists'])}`;
  return `fib ${random.pick(['daddr', 'daddr', 'saddr'])} type ${not(context)}${random.pick(['local', 'local', 'unicast'])}`;
};

const concatenation: Match = (context) => {
  const word = ipWord(context);
  return context.random.pick([
    `${word} daddr . meta l4proto . th dport @services`,
    `${word} saddr . tcp dport @wide`,
    `${word} daddr . ${word} saddr { ${addresses[context.family].virtual[0]} . ${context.random.pick(context.addresses)} }`,
  ]);
};

/** Balancing: chance, or the turn. */
const balance: Match = ({ random }) =>
  random.pick([
    'numgen inc mod 2 0',
    'numgen random mod 3 < 1',
    'numgen random mod 2 == 1',
    `meta random < ${2 ** 31}`,
  ]);

/** No dump says what these look at. */
const beyondADump: Match = (context) => {
  const { random, family } = context;
  const word = ipWord(context);
  return random.pick([
    'meta length < 50',
    'meta length 33',
    `${word} ${family === 4 ? 'ttl' : 'hoplimit'} ${random.pick(['63', '64'])}`,
    'limit rate 1/minute burst 2 packets',
    `${word} ${random.pick(['saddr', 'daddr'])} ${not(context)}@${random.pick(['seen', 'seen', 'rated'])}`,
    `add @rated { ${word} ${random.pick(['saddr', 'daddr'])} limit rate over 1/minute burst 1 packets }`,
  ]);
};

const fragment: Match = ({ random, family }) =>
  family === 4
    ? random.pick([
        'ip frag-off & 0x1fff != 0',
        'ip frag-off & 0x3fff == 0',
        '@nh,48,16 & 0x2000 == 0',
      ])
    : null;

const any: readonly Match[] = [
  address,
  address,
  address,
  protocol,
  port,
  port,
  flags,
  interfaceName,
  interfaceName,
  mark,
  mark,
  connection,
  connection,
  fib,
  concatenation,
  balance,
  beyondADump,
  beyondADump,
  fragment,
];

/** Sets that every table has, of the family. */
export function setDeclarations(family: Context['family']): string[] {
  const { pods, virtual, clients, node } = addresses[family];
  const type = family === 4 ? 'ipv4_addr' : 'ipv6_addr';
  const own = node.up0[0]?.split('/')[0];
  const wide = family === 4 ? '203.0.113.0/24' : '2001:db8:113::/48';
  const podNet = family === 4 ? '10.0.0.0/16' : 'fd00:a::/32';
  const set = (name: string, its: string, elements: readonly string[], flag = '') =>
    `set ${name} { type ${its}; ${flag}elements = { ${elements.join(', ')} } }`;
  return [
    set('ips', type, [virtual[0] as string, pods.pod1, clients.up0[2] as string]),
    set('nets', type, [podNet, wide], 'flags interval; '),
    set('services', `${type} . inet_proto . inet_service`, [
      `${virtual[0]} . tcp . 80`,
      `${virtual[1]} . udp . 8080`,
      `${own} . sctp . 443`,
    ]),
    set(
      'wide',
      `${type} . inet_service`,
      [`${wide} . 80-443`, `${podNet} . 8080`],
      'flags interval; ',
    ),
    ...['seen', 'rated'].map((name) => `set ${name} { type ${type}; flags dynamic; size 64; }`),
    `map marking { type ${type} : mark; elements = { ${clients.up0[2]} : 0x4000, ${pods.pod1} : 0x10 } }`,
    `map translation { type ${type} . inet_service : ${type} . inet_service; elements = { ${virtual[0]} . 80 : ${pods.pod1} . 8080, ${virtual[0]} . 443 : ${pods.pod3} . 80, ${virtual[1]} . 80 : ${own} . 8080 } }`,
  ];
}
