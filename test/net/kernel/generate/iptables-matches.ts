import { ipSetNames } from '../ipsets.ts';
import { type Context, hex, interfaceNames, marks, masks, network, portRange } from './context.ts';

type Protocol = 'tcp' | 'udp' | 'sctp';
type Match = (context: Context) => string | null;

const not = ({ random }: Context) => (random.chance(0.2) ? '! ' : '');
const before = (hook: string, { hooks }: Context) => hooks.every((each) => each !== hook);

/** What a rule of iptables looks at: usually one or two things, and the protocol where ports are. */
export function generateMatches(context: Context): string[] {
  const { random } = context;
  const found: string[] = [];
  const protocol = random.chance(0.35) ? random.pick(['tcp', 'udp', 'sctp'] as const) : null;
  if (protocol) found.push(`-p ${protocol}`);
  else if (random.chance(0.1)) found.push(...(random.chance(0.5) ? ['! -p udp'] : icmp(context)));
  if (protocol && random.chance(0.7)) found.push(...(ports(protocol, context) ?? []));
  const count = random.pick([0, 1, 1, 1, 2, 2, 3]);
  for (let wanted = count; wanted > 0; wanted--) {
    const match = random.pick(any)(context);
    const option = match?.replace(/^! /, '').split(' ', 1)[0];
    // iptables takes most options once only.
    const again = found.some((each) => each.replace(/^! /, '').split(' ', 1)[0] === option);
    if (match && (!again || option === '-m')) found.push(match);
  }
  return [...new Set(found)];
}

function ports(protocol: Protocol, context: Context): string[] | null {
  const { random } = context;
  const port = () => `${not(context)}--${random.pick(['dport', 'dport', 'sport'])}`;
  switch (random.integer(0, 3)) {
    case 0: {
      const list = random.list(random.integer(1, 3), () => portRange(context, ':')).join(',');
      const which = random.pick(['dports', 'dports', 'sports', 'ports']);
      return [`-m multiport ${not(context)}--${which} ${list}`];
    }
    case 1:
      if (protocol !== 'tcp') return null;
      return [
        random.pick([
          '-m tcp --syn',
          '-m tcp ! --syn',
          '-m tcp --tcp-flags SYN,RST SYN',
          '-m tcp --tcp-flags SYN,ACK,FIN,RST SYN,ACK',
          '-m tcp ! --tcp-flags ALL SYN',
        ]),
      ];
    default:
      return [`-m ${protocol} ${port()} ${portRange(context, ':')}`];
  }
}

/** Of REJECT's answers, and of pings. */
function icmp(context: Context): string[] {
  const { random, family } = context;
  return family === 4
    ? [
        '-p icmp',
        `-m icmp ${not(context)}--icmp-type ${random.pick(['3', '3/3', '3/10', '8', '0'])}`,
      ]
    : [
        '-p ipv6-icmp',
        `-m icmp6 ${not(context)}--icmpv6-type ${random.pick(['1', '1/4', '1/1', '128', '129'])}`,
      ];
}

const address: Match = (context) => {
  const where = network(context);
  // iptables-nft cannot load "no address at all".
  const inverted = where.endsWith('/0') ? '' : not(context);
  return `${inverted}${context.random.pick(['-s', '-d', '-d'])} ${where}`;
};

const interfaceName: Match = (context) => {
  const { random } = context;
  const isIn = before('output', context) && before('postrouting', context);
  const isOut = before('prerouting', context) && before('input', context);
  if (!isIn && !isOut) return null;
  const option = isIn && (!isOut || random.chance(0.5)) ? '-i' : '-o';
  const name = random.pick([...interfaceNames, 'up+', 'cali+', '+']);
  // Of "no interface at all" iptables-legacy-save keeps nothing.
  return `${name === '+' ? '' : not(context)}${option} ${name}`;
};

const ipRange: Match = (context) => {
  const { random, family } = context;
  const [first = '', last = ''] =
    family === 4
      ? random.pick([
          ['10.0.0.0', '10.0.255.255'],
          ['172.20.0.10', '172.20.0.10'],
          ['198.51.100.10', '203.0.113.9'],
        ])
      : random.pick([
          ['fd00:1::', 'fd00:a:1::11'],
          ['fd00:20::11', 'fd00:20::ffff'],
          ['2001:db8:51::10', '2001:db8:113::9'],
        ]);
  return `-m iprange ${not(context)}--${random.pick(['src', 'dst'])}-range ${first}-${last}`;
};

const addressType: Match = (context) => {
  const { random, hooks, family } = context;
  const types = random.pick([
    'LOCAL',
    'LOCAL',
    'LOCAL',
    'UNICAST',
    'LOCAL,UNICAST',
    'UNREACHABLE',
    // net/netfilter/xt_addrtype.c refuses these for IPv6.
    ...(family === 4 ? ['PROHIBIT', 'BLACKHOLE'] : []),
  ]);
  const limit =
    random.chance(0.15) && hooks.every((hook) => hook === 'prerouting' || hook === 'input')
      ? ' --limit-iface-in'
      : '';
  return `-m addrtype ${not(context)}--${random.pick(['src', 'dst', 'dst'])}-type ${types}${limit}`;
};

const connectionState: Match = (context) => {
  const { random } = context;
  const states = ['NEW', 'ESTABLISHED', 'RELATED', 'INVALID', 'UNTRACKED', 'SNAT', 'DNAT'];
  const chosen = random.some(states).join(',');
  if (random.chance(0.3)) {
    const plain = random.some(states.slice(0, 5)).join(',');
    return `-m state ${not(context)}--state ${plain}`;
  }
  return `-m conntrack ${not(context)}--ctstate ${chosen}`;
};

const connection: Match = (context) => {
  const { random, addresses, ports: pool } = context;
  const end = random.pick(['orig', 'repl']);
  switch (random.integer(0, 4)) {
    case 0:
      return `-m conntrack ${not(context)}--ct${end}${random.pick(['src', 'dst'])} ${random.pick(addresses)}`;
    case 1:
      return `-m conntrack ${not(context)}--ct${end}${random.pick(['srcport', 'dstport'])} ${random.pick(pool)}`;
    case 2:
      return `-m conntrack ${not(context)}--ctproto ${random.pick(['tcp', 'udp'])}`;
    case 3:
      return `-m conntrack --ctdir ${random.pick(['ORIGINAL', 'REPLY'])}`;
    default:
      return `-m conntrack ${not(context)}--ctstatus ${random.pick(['NONE', 'SEEN_REPLY', 'CONFIRMED', 'ASSURED', 'EXPECTED'])}`;
  }
};

const mark: Match = (context) => {
  const { random } = context;
  const which = random.pick(['mark', 'mark', 'connmark']);
  const mask = random.chance(0.7) ? `/${hex(random.pick(masks))}` : '';
  const value = random.chance(0.3) ? 0 : random.pick(marks);
  return `-m ${which} ${not(context)}--mark ${hex(value)}${mask}`;
};

const comment: Match = ({ random }) =>
  `-m comment --comment ${random.pick(['plain', '"a b -j DROP"', '"say \\"so\\" \\\\ it\'s"', '""', '"default/web:http cluster IP -> 10.0.0.1:80"'])}`;

const statistic: Match = (context) => {
  const { random } = context;
  if (random.chance(0.5)) {
    const probability = random.pick([
      '0.50000000000',
      '0.33332999982',
      '1.00000000000',
      '0.00000000000',
    ]);
    return `-m statistic --mode random ${not(context)}--probability ${probability}`;
  }
  const every = random.integer(1, 3);
  return `-m statistic --mode nth ${not(context)}--every ${every} --packet ${random.integer(0, every - 1)}`;
};

const set: Match = (context) => {
  const { random, family } = context;
  const { name, directions } = random.pick(
    ipSetNames(family, random.chance(0.2) ? 'added' : 'fixed'),
  );
  return `-m set ${not(context)}--match-set ${name} ${random.pick(directions)}`;
};

const recent: Match = ({ random }) => {
  const action = random.pick([
    '--set',
    '--set',
    '--rcheck --seconds 60',
    '--rcheck --hitcount 2',
    '--update',
    '--rcheck',
    '--remove',
  ]);
  return `-m recent ${random.chance(0.2) ? '! ' : ''}${action} --name ${random.pick(['SEEN', 'OTHER'])} --rsource`;
};

const physical: Match = (context) => {
  if (!before('output', context)) return null;
  const { random } = context;
  const which = random.pick([
    '--physdev-is-in',
    '--physdev-in veth3',
    '--physdev-in veth+',
    '--physdev-is-bridged',
  ]);
  return `-m physdev ${not(context)}${which}`;
};

const reversePath: Match = (context) => {
  const { random, hooks, table } = context;
  if (!hooks.every((hook) => hook === 'prerouting') || !['raw', 'mangle'].includes(table))
    return null;
  return `-m rpfilter${random.pick(['', ' --loose', ' --validmark', ' --accept-local', ' --invert', ' --loose --invert'])}`;
};

/** No dump says what these look at: the walk has to follow both answers. */
const beyondADump: Match = ({ random, family }) =>
  random.pick([
    '-m length --length 0:50',
    '-m length --length 33',
    ...['64', '63'].map((ttl) => `-m ${family === 4 ? `ttl --ttl` : `hl --hl`}-eq ${ttl}`),
    '-m dscp --dscp 0x05',
    '-m limit --limit 1/min --limit-burst 2',
  ]);

const any: readonly Match[] = [
  address,
  address,
  address,
  interfaceName,
  interfaceName,
  ipRange,
  addressType,
  connectionState,
  connectionState,
  connection,
  mark,
  mark,
  comment,
  statistic,
  set,
  set,
  recent,
  physical,
  reversePath,
  beyondADump,
];
