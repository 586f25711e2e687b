import type { Broken, Loose } from '../broken-snapshot.ts';
import type { GridCase } from '../grid-case.ts';

const IP = '20.1.0.167';
/** An address of IPv6 on the segment of s2. */
const IP6 = 'fd00:20::167';

/** Changes what k0 has of the external IP on ens34. */
function held(broken: Broken, change: (address: Loose, link: Loose) => void) {
  return broken.json('k0', 'ip-addr.json', (links) => {
    const link = links.find((it: Loose) => it.ifname === 'ens34');
    change(
      link.addr_info.find((it: Loose) => it.local === IP),
      link,
    );
  });
}

/** Serves the Service on an address of IPv6, too, which ens34 of k0 has with these flags. */
async function held6(broken: Broken, flags: object) {
  await broken.object('services', 'svc-test-1', ({ spec }) => {
    spec.externalIPs.push(IP6);
    spec.ipFamilies = ['IPv4', 'IPv6'];
  });
  await broken.json('k0', 'ip-addr.json', (links) => {
    const link = links.find((it: Loose) => it.ifname === 'ens34');
    link.addr_info.push({ family: 'inet6', local: IP6, prefixlen: 128, scope: 'global', ...flags });
  });
  // There is no endpoint of IPv6.
  const refusal = `-A KUBE-EXTERNAL-SERVICES -d ${IP6}/128 -p tcp -m tcp --dport 80 -j REJECT`;
  for (const name of ['k0', 'k2']) {
    await broken.file(name, 'ip6tables-nft-save.txt', (text) =>
      text.replace('-A KUBE-FORWARD ', `${refusal}\n-A KUBE-FORWARD `),
    );
  }
}

function setting(broken: Broken, node: string, name: string, value: string) {
  const line = new RegExp(`^${name.replaceAll('.', '\\.')} = .*$`, 'm');
  return broken.file(node, 'sysctl.txt', (text) =>
    line.test(text) ? text.replace(line, `${name} = ${value}`) : `${text}${name} = ${value}\n`,
  );
}

function neighbour(broken: Broken, mac: string) {
  return broken.json('k2', 'ip-neigh.json', (entries) =>
    entries.push({ dst: IP, dev: 'ens34', lladdr: mac, state: ['STALE'] }),
  );
}

export const node: readonly GridCase[] = [
  {
    what: 'a node does not answer',
    snapshot: 's2-assigned',
    composed: async (broken) => {
      await broken.json('k2', 'node.json', (info) => {
        Object.assign(info, { status: 'unreachable', message: 'No route to host', machine: null });
      });
    },
    finds: ['EXT301 node/k2'],
  },
  {
    what: 'ssh comes to another machine',
    snapshot: 's2-assigned',
    composed: async (broken) => {
      await broken.object('nodes', 'k2', ({ status }) => {
        status.addresses[0].address = '10.1.0.99';
        status.nodeInfo.machineID = '00000000000000000000000000000099';
      });
    },
    finds: ['EXT302 node/k2'],
  },
  {
    what: 'kubelet runs in a container, with a machine-id of its own',
    snapshot: 's2-assigned',
    composed: (broken) =>
      broken.object('nodes', 'k2', ({ status }) => {
        status.nodeInfo.machineID = '00000000000000000000000000000099';
      }),
    finds: ['EXT303 node/k2'],
  },
  {
    what: 'the login is not root, and may not become it',
    snapshot: 's2-assigned',
    composed: (broken) =>
      broken.json('k2', 'node.json', (info) => {
        info.machine.root = false;
      }),
    finds: ['EXT304 node/k2'],
  },
  {
    what: 'somebody moved the address to lo',
    snapshot: 's2-assigned',
    composed: (broken) =>
      broken.json('k0', 'ip-addr.json', ([lo, , ens34]) => {
        lo.addr_info.push(...ens34.addr_info.splice(1, 1));
      }),
    finds: ['EXT305 ip/20.1.0.167'],
  },
  {
    what: 'it is on lo, and the segment is not answered for what is there',
    snapshot: 's2-assigned',
    composed: async (broken) => {
      await setting(broken, 'k0', 'net.ipv4.conf.all.arp_ignore', '1');
      await broken.json('k0', 'ip-addr.json', ([lo, , ens34]) => {
        lo.addr_info.push(...ens34.addr_info.splice(1, 1));
      });
    },
    finds: ['EXT305 ip/20.1.0.167', 'EXT306 ip/20.1.0.167'],
  },
  {
    what: 'it was put there with the prefix of the network',
    snapshot: 's2-assigned',
    composed: (broken) =>
      held(broken, (address) => Object.assign(address, { prefixlen: 24, secondary: true })),
    finds: ['EXT307 ip/20.1.0.167'],
  },
  {
    what: 'it is on lo with the prefix of the network',
    snapshot: 's2-assigned',
    composed: (broken) =>
      broken.json('k0', 'ip-addr.json', ([lo, , ens34]) => {
        lo.addr_info.push(...ens34.addr_info.splice(1, 1));
        lo.addr_info.at(-1).prefixlen = 24;
      }),
    finds: ['EXT305 ip/20.1.0.167', 'EXT308 ip/20.1.0.167'],
  },
  {
    what: 'it is secondary, and secondaries are not promoted',
    snapshot: 's2-assigned',
    composed: async (broken) => {
      await setting(broken, 'k0', 'net.ipv4.conf.all.promote_secondaries', '0');
      await setting(broken, 'k0', 'net.ipv4.conf.ens34.promote_secondaries', '0');
      await held(broken, (address) => Object.assign(address, { prefixlen: 24, secondary: true }));
    },
    finds: ['EXT307 ip/20.1.0.167', 'EXT309 ip/20.1.0.167'],
  },
  {
    what: "it was there before the node's own address",
    snapshot: 's2-assigned',
    composed: async (broken) => {
      await broken.object('nodes', 'k0', ({ status }) =>
        status.addresses.push({ type: 'InternalIP', address: '20.1.0.160' }),
      );
      await held(broken, (address, { addr_info }) => {
        address.prefixlen = 24;
        addr_info[0].secondary = true;
      });
    },
    finds: ['EXT307 ip/20.1.0.167', 'EXT310 ip/20.1.0.167'],
  },
  {
    what: 'duplicate address detection found another host with the address',
    snapshot: 's2-assigned',
    composed: (broken) => held6(broken, { tentative: true, dadfailed: true }),
    finds: ['EXT311 ip/fd00:20::167'],
  },
  {
    what: 'duplicate address detection is not over',
    snapshot: 's2-assigned',
    composed: (broken) => held6(broken, { tentative: true }),
    finds: ['EXT312 ip/fd00:20::167'],
  },
  {
    what: 'the address is deprecated, so that the node does not speak with it',
    snapshot: 's2-assigned',
    composed: (broken) => held6(broken, { deprecated: true }),
    finds: [],
    tells: ['EXT313 ip/fd00:20::167'],
  },
  {
    what: 'somebody took away what puts addresses back',
    snapshot: 's2-assigned',
    composed: (broken) =>
      broken.file('k0', 'persistence.txt', () => 'unit: absent\nobstacle: none\n'),
    finds: ['EXT314 ip/20.1.0.167'],
  },
  {
    what: 'it was assigned with --no-persist',
    snapshot: 's2-assigned',
    composed: (broken) =>
      broken.json('k0', 'extip-records.json', ({ records }) => {
        records[0].persist = false;
      }),
    finds: [],
    tells: ['EXT315 ip/20.1.0.167'],
  },
  {
    what: 'a host that is no node answers for the address',
    snapshot: 's2-assigned',
    composed: (broken) => neighbour(broken, '02:00:00:00:00:99'),
    finds: ['EXT316 ip/20.1.0.167'],
  },
  {
    what: 'a node has not learnt yet that the address moved',
    snapshot: 's2-assigned',
    composed: async (broken) => {
      const text = await broken.read('k2', 'ip-addr.json');
      const link = JSON.parse(text).find((it: Loose) => it.ifname === 'ens34');
      await broken.json('k0', 'ip-neigh.json', (entries) =>
        entries.push({ dst: IP, dev: 'ens34', lladdr: link.address, state: ['STALE'] }),
      );
    },
    finds: ['EXT317 ip/20.1.0.167'],
  },
  {
    what: 'the way back to clients leads by another interface, and rp_filter is strict',
    snapshot: 's2-assigned',
    composed: async (broken) => {
      await setting(broken, 'k0', 'net.ipv4.conf.ens34.rp_filter', '1');
      await broken.json('k0', 'ip-route.json', ([first]) =>
        Object.assign(first, { gateway: '10.1.0.1', dev: 'ens33' }),
      );
    },
    finds: ['EXT318 node/k0'],
  },
  {
    what: 'the default route is gone',
    snapshot: 's2-assigned',
    composed: (broken) => broken.json('k0', 'ip-route.json', (routes) => routes.shift()),
    finds: ['EXT319 node/k0'],
  },
  {
    what: 'somebody turned forwarding off',
    snapshot: 's2-assigned',
    composed: async (broken) => {
      await broken.file('k0', 'sysctl.txt', (text) =>
        text.replace(/^(net\.ipv4\.(ip_forward|conf\.\S+\.forwarding)) = 1$/gm, '$1 = 0'),
      );
    },
    finds: ['EXT320 node/k0'],
  },
  {
    what: 'the table of connections is full',
    snapshot: 's2-assigned',
    composed: (broken) => setting(broken, 'k0', 'net.netfilter.nf_conntrack_count', '262144'),
    finds: ['EXT321 node/k0'],
  },
  {
    what: 'the table of connections is nearly full',
    snapshot: 's2-assigned',
    composed: (broken) => setting(broken, 'k0', 'net.netfilter.nf_conntrack_count', '250000'),
    finds: ['EXT322 node/k0'],
  },
  {
    what: 'the cable is out',
    snapshot: 's2-assigned',
    composed: (broken) =>
      held(broken, (_, link) => {
        link.flags = ['NO-CARRIER', 'BROADCAST', 'MULTICAST', 'UP'];
      }),
    finds: ['EXT323 ip/20.1.0.167'],
  },
  {
    what: 'one node has jumbo frames, the other not',
    snapshot: 's2-assigned',
    composed: (broken) =>
      held(broken, (_, link) => {
        link.mtu = 9000;
      }),
    finds: ['EXT324 cluster'],
  },
  {
    what: 'the tunnel between nodes takes as much as the interface below it',
    snapshot: 's2-assigned',
    composed: (broken) =>
      broken.json('k0', 'ip-link.json', (links) =>
        links.push({
          ifname: 'vxlan.calico',
          mtu: 1500,
          linkinfo: { info_kind: 'vxlan', info_data: { id: 4096, link: 'ens33' } },
        }),
      ),
    finds: ['EXT325 node/k0'],
  },
  {
    what: 'kubelet reports the external IP',
    snapshot: 's2-assigned',
    composed: (broken) =>
      broken.object('nodes', 'k0', ({ status }) =>
        status.addresses.push({ type: 'InternalIP', address: IP }),
      ),
    finds: ['EXT326 ip/20.1.0.167'],
  },
  {
    what: 'Calico has detected the external IP',
    snapshot: 's2-assigned',
    composed: (broken) =>
      broken.object('nodes', 'k0', ({ metadata }) => {
        metadata.annotations = { 'projectcalico.org/IPv4Address': `${IP}/32` };
      }),
    finds: ['EXT327 ip/20.1.0.167'],
  },
];
