import type { Broken, Loose } from '../broken-snapshot.ts';
import type { GridCase } from '../grid-case.ts';

/** Puts a rule before the first one of the chain, and declares the chain that it leads to, if any. */
function rule(broken: Broken, node: string, table: string, chain: string, text: string) {
  return broken.file(node, 'iptables-nft-save.txt', (save) => {
    const at = save.indexOf(`-A ${chain} `, save.indexOf(`\n*${table}\n`));
    return `${save.slice(0, at)}-A ${chain} ${text}\n${save.slice(at)}`;
  });
}

/** Takes all lines that match it out of the node's rules. */
function without(broken: Broken, node: string, line: RegExp) {
  return broken.file(node, 'iptables-nft-save.txt', (save) =>
    save
      .split('\n')
      .filter((text) => !line.test(text))
      .join('\n'),
  );
}

const EXTERNAL = /^-A KUBE-SERVICES -d 20\.1\.0\.167\/32 /;

export const rules: readonly GridCase[] = [
  {
    what: 'an external IP is put on another Service, and kube-proxy has seen it',
    snapshot: 's2-assigned',
    composed: async (broken) => {
      await broken.object('services', 'svc-test-2', ({ spec }) => {
        spec.externalIPs = ['20.1.0.167'];
      });
    },
    finds: [],
  },
  {
    what: 'kube-proxy of one node is behind, and has not got the external IP yet',
    snapshot: 's2-assigned',
    composed: (broken) => without(broken, 'k2', EXTERNAL),
    finds: ['EXT401 node/k2'],
  },
  {
    what: 'no kube-proxy serves external IPs any more',
    snapshot: 's2-assigned',
    composed: async (broken) => {
      await without(broken, 'k0', EXTERNAL);
      await without(broken, 'k2', EXTERNAL);
    },
    finds: ['EXT401 node/k0', 'EXT401 node/k2'],
  },
  {
    what: 'a pod is gone, and another has come, which kube-proxy of one node does not know',
    snapshot: 's2-assigned',
    composed: (broken) =>
      broken.list('endpointslices', (slices) => {
        for (const { endpoints } of slices) {
          for (const endpoint of endpoints) {
            if (endpoint.addresses[0] === '192.168.99.44') endpoint.addresses[0] = '192.168.99.45';
          }
        }
        return slices;
      }),
    isProxyBehind: true,
    finds: ['EXT402 node/k0', 'EXT402 node/k2'],
  },
  {
    what: 'a Service was deleted while kube-proxy did not run',
    snapshot: 's2-assigned',
    composed: (broken) =>
      broken.list('services', (items) =>
        items.filter(({ metadata }) => metadata.name !== 'svc-test-2'),
      ),
    isProxyBehind: true,
    finds: ['EXT403 node/k0', 'EXT403 node/k2'],
  },
  {
    what: 'the node was switched from iptables-legacy to iptables-nft without a reboot',
    snapshot: 's2-assigned',
    composed: async (broken) => {
      const save = await broken.read('k2', 'iptables-nft-save.txt');
      const nat = save.slice(save.indexOf('*nat'));
      await broken.file('k2', 'iptables-legacy-save.txt', (text) => `${text}${nat}`);
    },
    finds: ['EXT404 node/k2'],
    tells: ['EXT405 node/k2'],
  },
  {
    what: 'a firewall on the node forwards nothing that it does not know',
    snapshot: 's2-assigned',
    composed: (broken) =>
      broken.file('k0', 'iptables-nft-save.txt', (save) =>
        save.replace(
          '-A FORWARD -m comment --comment "cali:wUHhoiAYhphO9Mso"',
          '-A FORWARD -i ens34 -p tcp -j REJECT --reject-with icmp-host-prohibited\n$&',
        ),
      ),
    finds: ['EXT406 node/k0'],
  },
  {
    what: 'somebody sends the port elsewhere by hand',
    snapshot: 's2-assigned',
    composed: (broken) =>
      rule(
        broken,
        'k0',
        'nat',
        'PREROUTING',
        '-d 20.1.0.167/32 -p tcp -m tcp --dport 80 -j DNAT --to-destination 10.1.0.10:8080',
      ),
    finds: ['EXT407 node/k0'],
  },
  {
    what: "another tool uses the bit that is kubelet's mark for what is to be dropped",
    snapshot: 's2-assigned',
    composed: async (broken) => {
      await rule(broken, 'k0', 'filter', 'KUBE-FIREWALL', '-m mark --mark 0x8000/0x8000 -j DROP');
      await rule(
        broken,
        'k0',
        'mangle',
        'PREROUTING',
        '-i ens34 -j MARK --set-xmark 0x8000/0x8000',
      );
      await rule(broken, 'k0', 'filter', 'FORWARD', '-j KUBE-FIREWALL');
    },
    finds: ['EXT408 node/k0'],
  },
  {
    what: 'the policy is Local, and the node masquerades what it sends to pods',
    snapshot: 's2-assigned',
    composed: async (broken) => {
      await broken.object('services', 'svc-test-1', ({ spec }) => {
        spec.externalTrafficPolicy = 'Local';
      });
    },
    isProxyBehind: true,
    finds: ['EXT203 ip/20.1.0.167', 'EXT409 service/default/svc-test-1'],
  },
  {
    what: 'an assigned external IP: the policy is Cluster',
    snapshot: 's2-assigned',
    finds: [],
    tells: ['EXT410 service/default/svc-test-1'],
  },
  {
    what: 'the default route leads by another interface, and rp_filter is not strict',
    snapshot: 's2-assigned',
    composed: (broken) =>
      broken.json('k0', 'ip-route.json', ([first]: Loose[]) =>
        Object.assign(first, { gateway: '10.1.0.1', dev: 'ens33' }),
      ),
    finds: ['EXT411 node/k0'],
  },
];
