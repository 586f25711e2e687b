import assert from 'node:assert/strict';
import type { NodeNetwork, Route } from '../../../../src/net/netfilter/node-network.ts';
import { readRules } from '../../../../src/net/routing/read-ip-json.ts';
import { ip, prefix } from './tables.ts';

/** A node with lo, eth0 (192.0.2.1/24, the uplink), eth1 (198.51.100.1/24) and a pod's veth. */
export function node({
  sysctls = {},
  routes = ROUTES,
  rules = DEFAULT_RULES,
}: {
  sysctls?: Record<string, number>;
  routes?: readonly string[];
  rules?: readonly object[];
} = {}): NodeNetwork {
  const all = { ...SYSCTLS, ...sysctls };
  return {
    interfaces: [
      networkInterface('lo', ['127.0.0.1/8 host']),
      networkInterface('eth0', ['192.0.2.1/24 global']),
      networkInterface('eth1', ['198.51.100.1/24 global']),
      networkInterface('veth0', []),
    ],
    routes: routes.map(route),
    rules: readRules(JSON.stringify(rules), 4).items,
    sysctls: new Map(Object.entries(all).map(([key, value]) => [`net.ipv4.${key}`, `${value}`])),
    ipsets: new Map(),
  };
}

export const LOCAL_ROUTES: readonly string[] = [
  'local 127.0.0.0/8 dev lo table local',
  'local 192.0.2.1/32 dev eth0 table local',
  'broadcast 192.0.2.255/32 dev eth0 table local',
  'local 198.51.100.1/32 dev eth1 table local',
];

export const ROUTES: readonly string[] = [
  ...LOCAL_ROUTES,
  '192.0.2.0/24 dev eth0 src 192.0.2.1',
  '198.51.100.0/24 dev eth1 src 198.51.100.1',
  '10.0.0.2/32 dev veth0',
  '0.0.0.0/0 via 192.0.2.254 dev eth0',
];

export const DEFAULT_RULES: readonly object[] = [
  { priority: 0, table: 'local' },
  { priority: 32766, table: 'main' },
  { priority: 32767, table: 'default' },
];

const SYSCTLS: Record<string, number> = {
  ip_forward: 1,
  ...perInterface('rp_filter', 0),
  ...perInterface('route_localnet', 0),
  ...perInterface('accept_local', 0),
  ...perInterface('src_valid_mark', 0),
};

/** A setting of every interface, and of `all`. */
export function perInterface(name: string, value: number): Record<string, number> {
  const devices = ['all', 'lo', 'eth0', 'eth1', 'veth0'];
  return Object.fromEntries(devices.map((device) => [`conf.${device}.${name}`, value]));
}

function networkInterface(name: string, addresses: readonly string[]) {
  return {
    name,
    up: true,
    loopback: name === 'lo',
    addresses: addresses.map((text) => {
      const [address = '', length = '', scope = ''] = text.split(/[/ ]/);
      return { ip: ip(address), prefix: Number(length), scope };
    }),
  };
}

/** A route as `ip route` prints it, with a prefix always; several `nexthop`s have weights. */
function route(text: string): Route {
  const types = 'local|broadcast|prohibit|unreachable|blackhole|throw';
  const [, type = 'unicast', destination, rest = ''] =
    new RegExp(`^(?:(${types}) )?(\\S+)(.*)$`).exec(text) ?? assert.fail(text);
  const value = (name: string, from = rest) => new RegExp(` ${name} (\\S+)`).exec(from)?.[1];
  const hops = rest.includes(' nexthop') ? rest.split(' nexthop').slice(1) : [rest];
  const source = value('src');
  return {
    table: value('table') ?? 'main',
    type,
    destination: prefix(destination ?? ''),
    typeOfService: value('tos') ?? null,
    hops: hops.flatMap((hop) => {
      const gateway = value('via', hop);
      const device = value('dev', hop) ?? null;
      const weight = Number(value('weight', hop) ?? 1);
      const fault = (['dead', 'linkdown'] as const).find((flag) => hop.includes(flag)) ?? null;
      return device ? [{ gateway: gateway ? ip(gateway) : null, device, weight, fault }] : [];
    }),
    preferredSource: source ? ip(source) : null,
    metric: Number(value('metric') ?? 0),
  };
}
