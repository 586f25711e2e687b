import { ipSetNames } from '../ipsets.ts';
import { addresses, type Family, serverPorts } from '../topology.ts';
import { type Context, hex, marks, masks } from './context.ts';

/** What a rule of iptables does, and what it must look at for that (a protocol, where there is a port). */
export interface Action {
  needs: string | null;
  target: string;
}

const does = (target: string, needs: string | null = null): Action => ({ target, needs });

/** A target that the table and the hooks permit. */
export function generateAction(context: Context): Action {
  const { random, table, targets } = context;
  if (targets.length > 0 && random.chance(0.3)) {
    return does(`${random.pick(['-j', '-j', '-j', '-g'])} ${random.pick(targets)}`);
  }
  if (random.chance(0.25))
    return random.pick([markPacket, markConnection, log, count, setAdd])(context);
  if (random.chance(0.15)) return does('-j RETURN');
  switch (table) {
    case 'raw':
      if (random.chance(0.5)) return verdict(context);
      return does(
        random.pick([
          '-j NOTRACK',
          '-j CT --notrack',
          '-j CT --zone 1',
          '-j CT --zone mark',
          '-j CT --zone-orig 2',
          '-j CT --ctevents new',
        ]),
      );
    case 'nat':
      return random.chance(0.9) ? translate(context) : does('-j ACCEPT');
    case 'filter':
      return random.chance(0.3) ? reject(context) : verdict(context);
    default:
      if (random.chance(0.15)) return rewriteHeader(context);
      return random.chance(0.7) ? markPacket(context) : verdict(context);
  }
}

/** To what `beyondADump` of the matches looks for. */
const rewriteHeader = ({ random, family }: Context) =>
  does(
    random.pick([
      `-j ${family === 4 ? 'TTL --ttl' : 'HL --hl'}-set ${random.pick(['63', '64'])}`,
      '-j DSCP --set-dscp 0x05',
    ]),
  );

const verdict = ({ random }: Context) => does(random.chance(0.7) ? '-j ACCEPT' : '-j DROP');
const count = () => does('');
const log = ({ random }: Context) =>
  does(random.pick(['-j LOG --log-prefix "a b "', '-j NFLOG --nflog-group 7']));

function setAdd({ random, family }: Context): Action {
  const { name, directions } = random.pick(ipSetNames(family, 'added'));
  return does(`-j SET --${random.pick(['add', 'del'])}-set ${name} ${random.pick(directions)}`);
}

function markPacket({ random }: Context): Action {
  const value = hex(random.pick(marks));
  const option = random.pick([
    '--or-mark',
    '--and-mark',
    '--xor-mark',
    '--set-mark',
    '--set-xmark',
  ]);
  const mask = /set/.test(option) && random.chance(0.7) ? `/${hex(random.pick(masks))}` : '';
  return does(`-j MARK ${option} ${value}${mask}`);
}

function markConnection({ random }: Context): Action {
  const value = hex(random.pick(marks));
  return does(
    `-j CONNMARK ${random.pick([
      `--set-xmark ${value}/${hex(random.pick(masks))}`,
      `--set-mark ${value}`,
      '--save-mark',
      '--restore-mark',
      `--save-mark --nfmask ${hex(random.pick(masks))} --ctmask ${hex(random.pick(masks))}`,
      `--restore-mark --nfmask ${hex(random.pick(masks))} --ctmask ${hex(random.pick(masks))}`,
    ])}`,
  );
}

function reject({ random, family }: Context): Action {
  if (random.chance(0.3)) return does('-j REJECT --reject-with tcp-reset', '-p tcp');
  return does(
    `-j REJECT${random.pick(['', ...(family === 4 ? rejects4 : rejects6).map((kind) => ` --reject-with ${kind}`)])}`,
  );
}

const rejects4 = [
  'icmp-net-unreachable',
  'icmp-host-unreachable',
  'icmp-port-unreachable',
  'icmp-proto-unreachable',
  'icmp-net-prohibited',
  'icmp-host-prohibited',
  'icmp-admin-prohibited',
];
const rejects6 = [
  'icmp6-no-route',
  'icmp6-adm-prohibited',
  'icmp6-addr-unreachable',
  'icmp6-port-unreachable',
];

function translate(context: Context): Action {
  const { hooks, random } = context;
  if (hooks.includes('prerouting') || hooks.includes('output')) {
    return random.chance(0.15) ? redirect(context) : destinationNat(context);
  }
  if (hooks.includes('postrouting') && random.chance(0.5)) return masquerade(context);
  return sourceNat(context);
}

/** The network of two pods, whose last bytes virtual addresses have too. */
const mapped: Readonly<Record<Family, string>> = { 4: '10.0.1.0/24', 6: 'fd00:a:1::/64' };

const withPort = (family: Family, address: string, port: string) =>
  family === 4 ? `${address}:${port}` : `[${address}]:${port}`;

function destinationNat({ random, family }: Context): Action {
  const { pods, node } = addresses[family];
  const own = (node.up0[0] as string).split('/')[0] as string;
  const address = random.pick([...Object.values(pods), ...Object.values(pods), own]);
  const persistent = random.chance(0.1) ? ' --persistent' : '';
  switch (random.integer(0, 6)) {
    case 0:
      return does(`-j DNAT --to-destination ${address}${persistent}`);
    case 6:
      return does(`-j NETMAP --to ${mapped[family]}`);
    case 1:
      return does(`-j DNAT --to-destination ${pods.pod1}-${pods.pod2}${persistent}`);
    case 2: {
      const target = withPort(family, address, '8080-8081');
      return does(
        `-j DNAT --to-destination ${target}${persistent}`,
        random.pick(['-p tcp', '-p udp']),
      );
    }
    default: {
      const target = withPort(family, address, String(random.pick(serverPorts)));
      return does(
        `-j DNAT --to-destination ${target}`,
        random.pick(['-p tcp', '-p udp', '-p sctp']),
      );
    }
  }
}

function redirect({ random }: Context): Action {
  if (random.chance(0.3)) return does('-j REDIRECT');
  const ports = random.pick(['8080', '80', '8080-8081']);
  return does(`-j REDIRECT --to-ports ${ports}`, random.pick(['-p tcp', '-p udp']));
}

function masquerade({ random }: Context): Action {
  if (random.chance(0.6))
    return does(`-j MASQUERADE${random.pick(['', '', ' --random', ' --random-fully'])}`);
  return does('-j MASQUERADE --to-ports 40000-40010', random.pick(['-p tcp', '-p udp']));
}

function sourceNat({ random, family }: Context): Action {
  const { node, clients, virtual } = addresses[family];
  const own = [...node.up0, ...node.br0].map((address) => address.split('/')[0] as string);
  const address = random.pick([...own, virtual[0] as string, clients.up0[1] as string]);
  switch (random.integer(0, 4)) {
    case 0:
      return does(`-j SNAT --to-source ${virtual[0]}-${virtual[1]}`);
    case 4:
      return does(`-j NETMAP --to ${mapped[family]}`);
    case 1: {
      // Enough for all packets of a case: one port may be taken by the one before.
      const target = withPort(family, address, '40000-40010');
      return does(`-j SNAT --to-source ${target}`, random.pick(['-p tcp', '-p udp']));
    }
    default:
      return does(`-j SNAT --to-source ${address}`);
  }
}
