import type { Broken } from '../broken-snapshot.ts';
import type { GridCase } from '../grid-case.ts';
import { kubeProxyCatchesUp } from '../kube-proxy-rules.ts';

/** Takes all that is kube-proxy's out of what a file of rules says. */
function withoutKubeProxy(text: string): string {
  return text
    .split('\n')
    .filter((line) => !/^(:KUBE-|-A KUBE-|-A .* -j KUBE-)/.test(line))
    .join('\n');
}

/** kube-proxy's own answers cannot be had. */
async function silent(broken: Broken, node: string) {
  await broken.remove(`nodes/${node}/kube-proxy.txt`);
  await broken.json(node, 'node.json', ({ missing }) => {
    missing['kube-proxy.txt'] = 'http://127.0.0.1:10249/proxyMode: Connection refused';
  });
  await broken.file(node, 'listeners.txt', (text) => text.replace(/^.*kube-proxy.*\n/gm, ''));
}

/** IPVS serves Services on the node; kube-ipvs0 has the external IP. */
async function ipvs(broken: Broken, node: string) {
  await broken.file(node, 'kube-proxy.txt', () => 'ipvs\n');
  await broken.file(node, 'iptables-nft-save.txt', withoutKubeProxy);
  await broken.json(node, 'ip-addr.json', (links) =>
    links.push({
      ifname: 'kube-ipvs0',
      flags: ['BROADCAST', 'NOARP'],
      link_type: 'ether',
      address: '02:00:00:00:00:01',
      addr_info: [{ family: 'inet', local: '20.1.0.167', prefixlen: 32, scope: 'global' }],
    }),
  );
}

function version(broken: Broken, node: string, text: string) {
  return broken.file(
    node,
    'kube-proxy-gates.txt',
    (lines) => `${lines}kubernetes_build_info{git_commit="",git_version="${text}"} 1\n`,
  );
}

function nodePort(broken: Broken) {
  return broken.object('services', 'svc-test-2', ({ spec }) => {
    spec.type = 'NodePort';
    spec.ports[0].nodePort = 30081;
  });
}

export const kubeProxy: readonly GridCase[] = [
  {
    what: 'kube-proxy was never started on a node',
    snapshot: 's2-assigned',
    composed: async (broken) => {
      await silent(broken, 'k2');
      await broken.file('k2', 'iptables-nft-save.txt', withoutKubeProxy);
    },
    finds: ['EXT140 node/k2'],
  },
  {
    what: 'kube-proxy was stopped on a node',
    snapshot: 's2-assigned',
    composed: (broken) => silent(broken, 'k2'),
    finds: ['EXT141 node/k2'],
  },
  {
    what: 'one node has IPVS, and keeps silent on ARP',
    snapshot: 's2-assigned',
    composed: async (broken) => {
      await ipvs(broken, 'k2');
      await broken.file('k2', 'sysctl.txt', (text) =>
        text.replace('conf.all.arp_ignore = 0', 'conf.all.arp_ignore = 1'),
      );
    },
    finds: ['EXT142 cluster'],
    tells: ['EXT147 node/k2'],
  },
  {
    what: 'kube-proxy is of a release after that of the API server',
    snapshot: 's2-assigned',
    composed: (broken) => version(broken, 'k2', 'v1.37.0'),
    finds: ['EXT143 node/k2'],
  },
  {
    what: 'kube-proxy is four releases behind the API server',
    snapshot: 's2-assigned',
    composed: (broken) => version(broken, 'k2', 'v1.32.1'),
    finds: ['EXT143 node/k2'],
  },
  {
    what: 'kube-proxy is three releases behind the API server',
    snapshot: 's2-assigned',
    composed: (broken) => version(broken, 'k2', 'v1.33.9'),
    finds: [],
  },
  {
    what: 'one node has IPVS without strictARP',
    snapshot: 's2-assigned',
    composed: (broken) => ipvs(broken, 'k2'),
    finds: ['EXT142 cluster', 'EXT144 ip/20.1.0.167'],
  },
  {
    what: 'nodePortAddresses is of another network than the node',
    snapshot: 's2-assigned',
    composed: async (broken) => {
      await nodePort(broken);
      await kubeProxyCatchesUp(broken);
      await broken.file('k2', 'iptables-nft-save.txt', (text) =>
        text.replace(/^-A KUBE-SERVICES .*-j KUBE-NODEPORTS\n/m, ''),
      );
    },
    isProxyBehind: true,
    finds: ['EXT145 node/k2'],
  },
  {
    what: 'a Service has a node port',
    snapshot: 's2-assigned',
    composed: (broken) => nodePort(broken),
    finds: [],
    tells: ['EXT146 ip/20.1.0.167'],
  },
];
