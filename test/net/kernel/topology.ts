/**
 * The ground that cases are played on: `node` has the rules, two uplinks to `ext` (which is every
 * machine outside), two pods on veths of their own as Calico has them, and two on a bridge.
 */
export type Family = 4 | 6;
export type Host = 'ext' | 'node' | 'pod1' | 'pod2' | 'pod3' | 'pod4';

export const hosts: readonly Host[] = ['ext', 'node', 'pod1', 'pod2', 'pod3', 'pod4'];
export type Pod = 'pod1' | 'pod2' | 'pod3' | 'pod4';
export const pods: readonly Pod[] = ['pod1', 'pod2', 'pod3', 'pod4'];

/** A cable from the node to another host. The last byte of both MACs is `number`. */
export interface Link {
  /** Its name on the node, and what the wire calls the socket at its other end. */
  name: string;
  host: Host;
  /** Its name at the other end. */
  far: string;
  number: number;
  bridge: 'br0' | null;
}

export const links: readonly Link[] = [
  { name: 'up0', host: 'ext', far: 'eth0', number: 1, bridge: null },
  { name: 'up1', host: 'ext', far: 'eth1', number: 2, bridge: null },
  { name: 'cali1', host: 'pod1', far: 'eth0', number: 3, bridge: null },
  { name: 'cali2', host: 'pod2', far: 'eth0', number: 4, bridge: null },
  { name: 'veth3', host: 'pod3', far: 'eth0', number: 5, bridge: 'br0' },
  { name: 'veth4', host: 'pod4', far: 'eth0', number: 6, bridge: 'br0' },
];

export const nearMac = (link: Link) => `02:00:00:00:01:0${link.number}`;
export const farMac = (link: Link) => `02:00:00:00:02:0${link.number}`;
export const bridgeMac = '02:00:00:00:01:0f';

/** The addresses of one family, by what they are to the node. */
export interface Addresses {
  /** The node's own, by interface, as `ip addr` takes them. */
  node: Readonly<Record<'up0' | 'up1' | 'br0' | 'lo', readonly string[]>>;
  loopback: string;
  pods: Readonly<Record<Pod, string>>;
  /** What a pod sends everything to. */
  podGateway: string;
  /** Machines outside, by the uplink that the node would answer them through. */
  clients: Readonly<Record<'up0' | 'up1', readonly string[]>>;
  /** Nobody's: only rules lead on from here. */
  virtual: readonly string[];
  /** `ip route` arguments of the node. */
  routes: readonly string[];
  /** `ip rule` arguments of the node. */
  rules: readonly string[];
  /** Where the node refuses to route to. */
  nowhere: readonly string[];
  /** Those of many machines, or of none. */
  odd: readonly string[];
}

export const addresses: Readonly<Record<Family, Addresses>> = {
  4: {
    node: {
      up0: ['10.1.0.1/24', '198.51.100.10/32'],
      up1: ['10.2.0.1/24'],
      br0: ['10.0.2.1/24'],
      lo: ['198.51.100.11/32'],
    },
    loopback: '127.0.0.1',
    pods: { pod1: '10.0.1.11', pod2: '10.0.1.12', pod3: '10.0.2.13', pod4: '10.0.2.14' },
    podGateway: '169.254.1.1',
    clients: {
      up0: ['10.1.0.2', '10.1.0.9', '203.0.113.9', '203.0.113.200'],
      up1: ['10.2.0.2', '10.2.0.9', '192.0.2.7'],
    },
    virtual: ['172.20.0.10', '172.20.0.11'],
    routes: [
      'default via 10.1.0.2 dev up0',
      '192.0.2.0/24 via 10.2.0.2 dev up1',
      'default via 10.2.0.2 dev up1 table 100',
      '10.0.1.11/32 dev cali1 scope link',
      '10.0.1.12/32 dev cali2 scope link',
      'unreachable 198.18.1.0/24',
      'prohibit 198.18.2.0/24',
      'blackhole 198.18.3.0/24',
    ],
    rules: ['priority 1000 fwmark 0x10/0x10 table 100', 'priority 1001 from 10.2.0.1 table 100'],
    nowhere: ['198.18.1.1', '198.18.2.1', '198.18.3.1'],
    odd: [
      '255.255.255.255',
      '10.1.0.255',
      '10.0.2.255',
      '0.0.0.0',
      '0.0.0.5',
      '224.0.0.1',
      '224.0.0.5',
      '239.1.2.3',
      '240.0.0.1',
    ],
  },
  6: {
    node: {
      up0: ['fd00:1::1/64', '2001:db8:51::10/128'],
      up1: ['fd00:2::1/64'],
      br0: ['fd00:a:2::1/64'],
      lo: ['2001:db8:51::11/128'],
    },
    loopback: '::1',
    pods: {
      pod1: 'fd00:a:1::11',
      pod2: 'fd00:a:1::12',
      pod3: 'fd00:a:2::13',
      pod4: 'fd00:a:2::14',
    },
    podGateway: 'fe80::1',
    clients: {
      up0: ['fd00:1::2', 'fd00:1::9', '2001:db8:113::9', '2001:db8:113::200'],
      up1: ['fd00:2::2', 'fd00:2::9', '2001:db8:2::7'],
    },
    virtual: ['fd00:20::10', 'fd00:20::11'],
    routes: [
      'default via fd00:1::2 dev up0',
      '2001:db8:2::/64 via fd00:2::2 dev up1',
      'default via fd00:2::2 dev up1 table 100',
      'fd00:a:1::11/128 dev cali1',
      'fd00:a:1::12/128 dev cali2',
      'unreachable 2001:db8:f1::/64',
      'prohibit 2001:db8:f2::/64',
      'blackhole 2001:db8:f3::/64',
    ],
    rules: ['priority 1000 fwmark 0x10/0x10 table 100', 'priority 1001 from fd00:2::1 table 100'],
    nowhere: ['2001:db8:f1::1', '2001:db8:f2::1', '2001:db8:f3::1'],
    odd: ['ff02::1', 'ff02::5', 'ff05::2', 'ff0e::1'],
  },
};

/**
 * Where servers listen, on every pod and on the node: every port that a case may come to, since a
 * closed one answers UDP with ICMP, which is another matter.
 */
export const serverPorts: readonly number[] = [80, 81, 443, 8080, 8081];
/** Clients are at this port and above; no server is. */
export const clientPorts = 20_000;

/** The node's own addresses, loopback included. */
export function nodeAddresses(family: Family): string[] {
  const { node, loopback } = addresses[family];
  return [loopback, ...Object.values(node).flatMap((all) => all.map(withoutPrefix))];
}

export function withoutPrefix(address: string): string {
  return address.slice(0, address.indexOf('/'));
}

/**
 * A client on the node is no process, and the answer to it must walk INPUT: so what the kernel says
 * to it (RST with no ACK, port unreachable for a client's port, which ICMP has not) is dropped before
 * any rule sees it.
 * So are the multicast reports of IPv6, which no case sent. The rule with `ct` changes nothing but
 * that conntrack is on, as it is on every node: without a rule that needs it nat chains see nothing.
 */
export const observerTable = 'extip-observer';
export const observer = `
table inet ${observerTable} {
  chain in {
    type filter hook prerouting priority -2147483648; policy accept;
    icmpv6 type { mld-listener-report, mld2-listener-report, nd-router-solicit } drop
    ct state invalid accept
  }
  chain out {
    type filter hook output priority -2147483648; policy accept;
    tcp flags & (rst | ack) == rst drop
    icmp type destination-unreachable icmp code port-unreachable @th,136,8 != 1 @th,240,16 >= ${clientPorts} drop
    icmpv6 type destination-unreachable icmpv6 code port-unreachable @th,112,8 != 58 @th,400,16 >= ${clientPorts} drop
    icmpv6 type { mld-listener-report, mld2-listener-report, nd-router-solicit } drop
  }
}
`;
