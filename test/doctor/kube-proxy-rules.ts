import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { chainHashes } from '../../src/net/kube-proxy/service-port.ts';
import type { EndpointSlice, Service, ServicePort } from '../../src/snapshot/kubernetes.ts';
import { outsideIPs } from '../../src/snapshot/queries.ts';
import type { Broken } from './broken-snapshot.ts';

/** A port of a Service, and the endpoints that are ready, `IP:PORT` with their nodes. */
interface Port {
  service: Service;
  port: ServicePort;
  endpoints: readonly { text: string; node: string | undefined }[];
}

/** Rules by table, as iptables-save prints them. */
interface Rules {
  nat: string[];
  filter: string[];
}

const OWN_CHAIN = /^:KUBE-(SVC|SVL|EXT|SEP)-/;
const OWN_RULE = /^-A KUBE-((SVC|SVL|EXT|SEP)-\S+|SERVICES|EXTERNAL-SERVICES|NODEPORTS) /;

/** The last rule of KUBE-SERVICES. */
const NODE_PORTS =
  '-A KUBE-SERVICES -m comment --comment "kubernetes service nodeports" -m addrtype --dst-type LOCAL -j KUBE-NODEPORTS';

/**
 * Writes what kube-proxy would have on every node for the Services and endpoints that the snapshot has now:
 * IPv4, iptables mode of 1.28, without session affinity.
 */
export async function kubeProxyCatchesUp(broken: Broken): Promise<void> {
  const services = await broken.items<Service>('services');
  const slices = await broken.items<EndpointSlice>('endpointslices');
  const ports = services.filter(isProxied).flatMap((service) => portsOf(service, slices));
  for (const node of await readdir(join(broken.folder, 'nodes'))) {
    const rules = ports.map((port) => rulesOf(port, node));
    const nat = rules.flatMap((it) => it.nat);
    const filter = rules.flatMap((it) => it.filter);
    await broken.file(node, 'iptables-nft-save.txt', (text) =>
      replaced(replaced(text, 'nat', [...nat, NODE_PORTS]), 'filter', filter),
    );
  }
}

function isProxied({ spec }: Service): boolean {
  return spec.clusterIP !== 'None' && spec.type !== 'ExternalName';
}

function portsOf(service: Service, slices: readonly EndpointSlice[]): Port[] {
  const { namespace, name } = service.metadata;
  const own = slices.filter(
    ({ metadata, addressType }) =>
      addressType === 'IPv4' &&
      metadata.namespace === namespace &&
      metadata.labels?.['kubernetes.io/service-name'] === name,
  );
  return (service.spec.ports ?? []).map((port) => ({
    service,
    port,
    endpoints: own.flatMap(({ endpoints = [], ports = [] }) => {
      const to = ports.find((it) => (it.name ?? '') === (port.name ?? ''))?.port;
      return endpoints
        .filter(({ conditions }) => to !== undefined && conditions?.ready !== false)
        .map(({ addresses, nodeName }) => ({ text: `${addresses[0]}:${to}`, node: nodeName }));
    }),
  }));
}

function rulesOf({ service, port, endpoints }: Port, node: string): Rules {
  const { namespace = 'default', name } = service.metadata;
  const { clusterIP = '', externalTrafficPolicy } = service.spec;
  const protocol = (port.protocol ?? 'TCP').toLowerCase();
  const named = { namespace, name, port: port.name ?? '', protocol };
  const text = `${namespace}/${name}${port.name ? `:${port.name}` : ''}`;
  const match = (ip: string, what: string) =>
    `-d ${ip}/32 -p ${protocol} -m comment --comment "${text} ${what}" -m ${protocol} --dport ${port.port}`;
  const outside = outsideIPs(service).filter((ip) => !ip.includes(':'));
  if (endpoints.length === 0) {
    return {
      nat: [],
      filter: [
        `-A KUBE-SERVICES ${match(clusterIP, 'has no endpoints')} -j REJECT --reject-with icmp-port-unreachable`,
        ...outside.map(
          (ip) =>
            `-A KUBE-EXTERNAL-SERVICES ${match(ip, 'has no endpoints')} -j REJECT --reject-with icmp-port-unreachable`,
        ),
      ],
    };
  }
  const [hash = ''] = chainHashes(named);
  const isLocal = externalTrafficPolicy === 'Local';
  const local = endpoints.filter((it) => it.node === node);
  const sep = (endpoint: string) => `KUBE-SEP-${chainHashes(named, endpoint)[0]}`;
  const balanced = (chain: string, all: Port['endpoints']) =>
    all.map((endpoint, at) => {
      const left = all.length - at;
      const chance =
        left > 1 ? ` -m statistic --mode random --probability ${(1 / left).toFixed(11)}` : '';
      return `-A ${chain} -m comment --comment "${text} -> ${endpoint.text}"${chance} -j ${sep(endpoint.text)}`;
    });
  const external = isLocal
    ? [
        `-A KUBE-EXT-${hash} -s 192.168.0.0/16 -j KUBE-SVC-${hash}`,
        `-A KUBE-EXT-${hash} -m addrtype --src-type LOCAL -j KUBE-MARK-MASQ`,
        `-A KUBE-EXT-${hash} -m addrtype --src-type LOCAL -j KUBE-SVC-${hash}`,
        ...(local.length > 0 ? [`-A KUBE-EXT-${hash} -j KUBE-SVL-${hash}`] : []),
        ...balanced(`KUBE-SVL-${hash}`, local),
      ]
    : [
        `-A KUBE-EXT-${hash} -m comment --comment "masquerade traffic for ${text} external destinations" -j KUBE-MARK-MASQ`,
        `-A KUBE-EXT-${hash} -j KUBE-SVC-${hash}`,
      ];
  const nodePort = port.nodePort
    ? [
        `-A KUBE-NODEPORTS -p ${protocol} -m ${protocol} --dport ${port.nodePort} -j KUBE-EXT-${hash}`,
      ]
    : [];
  const isSeen = outside.length > 0 || nodePort.length > 0;
  return {
    nat: [
      `-A KUBE-SERVICES ${match(clusterIP, 'cluster IP')} -j KUBE-SVC-${hash}`,
      ...outside.map((ip) => `-A KUBE-SERVICES ${match(ip, 'external IP')} -j KUBE-EXT-${hash}`),
      ...nodePort,
      ...(isSeen ? external : []),
      `-A KUBE-SVC-${hash} ! -s 192.168.0.0/16 ${match(clusterIP, 'cluster IP')} -j KUBE-MARK-MASQ`,
      ...balanced(`KUBE-SVC-${hash}`, endpoints),
      ...endpoints.flatMap((endpoint) => {
        const [ip] = endpoint.text.split(':');
        return [
          `-A ${sep(endpoint.text)} -s ${ip}/32 -m comment --comment "${text}" -j KUBE-MARK-MASQ`,
          `-A ${sep(endpoint.text)} -p ${protocol} -m comment --comment "${text}" -m ${protocol} -j DNAT --to-destination ${endpoint.text}`,
        ];
      }),
    ],
    filter:
      isLocal && local.length === 0
        ? outside.map(
            (ip) => `-A KUBE-EXTERNAL-SERVICES ${match(ip, 'has no local endpoints')} -j DROP`,
          )
        : [],
  };
}

/** The save with these rules of kube-proxy in the table, in place of those that it has. */
function replaced(save: string, table: string, rules: readonly string[]): string {
  const start = save.indexOf(`\n*${table}\n`) + 1;
  const end = save.indexOf('\nCOMMIT', start);
  const lines = save
    .slice(start, end)
    .split('\n')
    .filter((line) => !OWN_CHAIN.test(line) && !OWN_RULE.test(line));
  const chains = new Set(rules.map((rule) => rule.split(' ')[1] as string));
  const declared = [...chains].map((chain) => `:${chain} - [0:0]`);
  const fresh = declared.filter((line) => !lines.includes(line));
  const firstRule = lines.findIndex((line) => line.startsWith('-A '));
  lines.splice(firstRule < 0 ? lines.length : firstRule, 0, ...fresh);
  return save.slice(0, start) + [...lines, ...rules].join('\n') + save.slice(end);
}
