import { addresses, serverPorts } from '../topology.ts';
import { type Context, hex, marks, masks } from './context.ts';
import { ipWord } from './nft-matches.ts';

/** What a rule of nft does at its end, and what it must look at for that. */
export interface Statement {
  needs: string | null;
  target: string;
}

/** A statement that is fit for the chain's type and hooks. */
export function generateStatement(context: Context): Statement {
  const words = statement(context);
  const [, needs, target] = /^(meta l4proto (?:tcp|udp)) (.*)$/.exec(words) ?? [];
  return needs && target ? { needs, target } : { needs: null, target: words };
}

function statement(context: Context): string {
  const { random, table: type, targets } = context;
  if (targets.length > 0 && random.chance(0.3)) {
    return `${random.pick(['jump', 'jump', 'goto'])} ${random.pick(targets)}`;
  }
  if (random.chance(0.15)) return verdictMap(context);
  if (random.chance(0.3)) return change(context);
  if (random.chance(0.15)) return random.pick(['return', 'return', 'continue']);
  if (type === 'nat') return random.chance(0.9) ? translate(context) : 'accept';
  if (type === 'filter' && random.chance(0.3) && isRejecting(context)) return reject(context);
  return random.chance(0.7) ? 'accept' : 'drop';
}

function verdictMap(context: Context): string {
  const { random, targets, ports, addresses: pool } = context;
  const verdicts = ['accept', 'return', 'continue', ...targets.map((chain) => `jump ${chain}`)];
  if (context.table !== 'nat') verdicts.push('drop');
  const map = (keys: readonly (string | number)[]) =>
    `vmap { ${[...new Set(keys)].map((key) => `${key} : ${random.pick(verdicts)}`).join(', ')} }`;
  switch (random.integer(0, 4)) {
    case 0:
      return `${random.pick(['tcp', 'udp'])} dport ${map([random.pick(ports), random.pick(ports), '9000-9010'])}`;
    case 1:
      return `${ipWord(context)} ${random.pick(['saddr', 'daddr'])} ${map([random.pick(pool), random.pick(pool)])}`;
    case 2:
      return `ct state ${map(['new', 'established', 'invalid'])}`;
    case 3:
      return `meta l4proto . th dport ${map([`tcp . ${random.pick(serverPorts)}`, `udp . ${random.pick(serverPorts)}`])}`;
    default:
      return `numgen ${random.pick(['random', 'inc'])} mod 2 ${map([0, 1])}`;
  }
}

function change(context: Context): string {
  const { random, hooks } = context;
  const value = hex(random.pick(marks));
  const tracking = hooks.every((hook) => hook === 'prerouting' || hook === 'output');
  return random.pick([
    `meta mark set ${value}`,
    `meta mark set meta mark | ${value}`,
    `meta mark set meta mark & ${hex(random.pick(masks))}`,
    `meta mark set meta mark ^ ${value}`,
    `ct mark set ${value}`,
    'ct mark set meta mark',
    'meta mark set ct mark',
    `meta mark set ${ipWord(context)} saddr map @marking`,
    'log prefix "seen: "',
    `${random.pick(['add', 'update', 'delete'])} @seen { ${ipWord(context)} ${random.pick(['saddr', 'daddr'])} }`,
    `${ipWord(context)} ${context.family === 4 ? 'ttl' : 'hoplimit'} set ${random.pick(['63', '64'])}`,
    '',
    tracking && context.table === 'raw' ? 'notrack' : '',
    tracking && context.table === 'raw'
      ? random.pick(['ct zone set 1', 'ct original zone set 2'])
      : '',
  ]);
}

const isRejecting = ({ hooks }: Context) =>
  hooks.every((hook) => ['input', 'forward', 'output'].includes(hook));

function reject(context: Context): string {
  const { random, family } = context;
  const kinds =
    family === 4
      ? [
          'net-unreachable',
          'host-unreachable',
          'prot-unreachable',
          'port-unreachable',
          'net-prohibited',
          'host-prohibited',
          'admin-prohibited',
        ]
      : ['no-route', 'admin-prohibited', 'addr-unreachable', 'port-unreachable'];
  return random.pick([
    'reject',
    'meta l4proto tcp reject with tcp reset',
    `reject with ${family === 4 ? 'icmp' : 'icmpv6'} ${random.pick(kinds)}`,
    `reject with icmpx ${random.pick(['port-unreachable', 'admin-prohibited', 'no-route', 'host-unreachable'])}`,
  ]);
}

function translate(context: Context): string {
  const { hooks, random, family } = context;
  const word = ipWord(context);
  const { pods, virtual, node, clients } = addresses[family];
  const own = node.up0[0]?.split('/')[0] as string;
  const pod = random.pick(Object.values(pods));
  const at = (address: string, port: number | string) =>
    family === 4 ? `${address}:${port}` : `[${address}]:${port}`;
  const protocol = `meta l4proto ${random.pick(['tcp', 'udp'])}`;
  if (hooks.includes('prerouting') || hooks.includes('output')) {
    return random.pick([
      `dnat ${word} to ${pod}`,
      `dnat ${word} to ${own}`,
      `${protocol} dnat ${word} to ${at(pod, 8080)}`,
      `${protocol} dnat ${word} to ${at(pod, 80)}`,
      `${protocol} dnat ${word} to ${at(own, 8080)}`,
      `dnat ${word} to ${pods.pod1}-${pods.pod2}`,
      `dnat ${word} to ${word} daddr . tcp dport map @translation`,
      `dnat ${word} to numgen ${random.pick(['random', 'inc'])} mod 2 map { 0 : ${pods.pod1}, 1 : ${pods.pod3} }`,
      `dnat ${word} to jhash ${word} saddr mod 2 map { 0 : ${pods.pod2}, 1 : ${pods.pod4} }`,
      `${protocol} redirect to :8080`,
      'redirect',
    ]);
  }
  const source = random.pick([own, virtual[0] as string, clients.up0[1] as string]);
  const plain = [
    `snat ${word} to ${source}`,
    `${protocol} snat ${word} to ${at(source, '40000-40010')}`,
  ];
  if (!hooks.includes('postrouting')) return random.pick(plain);
  return random.pick([
    ...plain,
    'masquerade',
    'masquerade',
    `masquerade ${random.pick(['random', 'fully-random', 'persistent'])}`,
    `${protocol} masquerade to :40000-40010`,
  ]);
}
