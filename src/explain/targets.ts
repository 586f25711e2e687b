import { type Family, type Ip, parseIp } from '../net/ip.ts';
import type { Protocol } from '../net/netfilter/packet.ts';
import { type Service, type ServiceName, serviceKey } from '../snapshot/kubernetes.ts';
import type { ClusterState } from '../snapshot/model.ts';
import { outsideIPs } from '../snapshot/queries.ts';

/** What a person asks about. */
export type Asking =
  | { kind: 'everything' }
  | { kind: 'service'; name: ServiceName; clusterIp: boolean; nodePort: boolean }
  | { kind: 'ip'; ip: Ip }
  | { kind: 'packet'; ip: Ip; port: number | null; protocol: Protocol };

/** An address and port that packets are sent to. */
export interface Target {
  kind: 'outside' | 'cluster' | 'node-port' | 'other';
  /** null: a node port, which each node has on its own address. */
  ip: Ip | null;
  family: Family;
  port: number | null;
  protocol: Protocol;
  /** null: no Service's. */
  service: Service | null;
  /** Of the Service's port. */
  portName: string;
}

/**
 * The addresses and ports that are asked about. Of a Service its external addresses, and what else
 * is wanted; its cluster IP, too, where it has no external address.
 */
export function targetsOf(
  cluster: Pick<ClusterState, 'services' | 'nodes'>,
  asking: Asking,
): Target[] {
  switch (asking.kind) {
    case 'everything':
      return cluster.services.flatMap(outsideTargets);
    case 'service': {
      const { namespace, name } = asking.name;
      const service = cluster.services.find((it) => serviceKey(it) === `${namespace}/${name}`);
      return service ? ofService(service, asking) : [];
    }
    case 'ip':
      return cluster.services
        .flatMap((service) => [...outsideTargets(service), ...clusterTargets(service)])
        .filter(({ ip }) => ip?.text === asking.ip.text);
    case 'packet': {
      const { ip, port, protocol } = asking;
      const there = targetsOf(cluster, { kind: 'ip', ip });
      const known =
        there.find((it) => it.port === port && it.protocol === protocol) ??
        nodePortTarget(cluster, asking);
      if (known) return [known];
      // To another port of a Service's address packets come in as to those that are served.
      const kind = there.some((it) => it.kind === 'outside') ? 'outside' : 'other';
      return [{ kind, ip, family: ip.family, port, protocol, service: null, portName: '' }];
    }
  }
}

/** Every address and port that kube-proxy serves: of each Service the external ones and the cluster IPs. */
export function servedTargets(services: readonly Service[]): Target[] {
  return services.flatMap((service) => [...outsideTargets(service), ...clusterTargets(service)]);
}

function ofService(
  service: Service,
  { clusterIp, nodePort }: { clusterIp: boolean; nodePort: boolean },
): Target[] {
  const outside = outsideTargets(service);
  const onNodes = nodePort ? nodePortTargets(service) : [];
  const isNowhereElse = outside.length === 0 && onNodes.length === 0;
  return [...outside, ...(clusterIp || isNowhereElse ? clusterTargets(service) : []), ...onNodes];
}

/** Where a Service is served from outside. */
function outsideTargets(service: Service): Target[] {
  return onEachPort(service, 'outside', addresses(outsideIPs(service)));
}

function clusterTargets(service: Service): Target[] {
  const { clusterIP, clusterIPs } = service.spec;
  return onEachPort(service, 'cluster', addresses(clusterIPs ?? (clusterIP ? [clusterIP] : [])));
}

function addresses(texts: readonly string[]): Ip[] {
  const found = texts.flatMap((text) => parseIp(text) ?? []);
  return [...new Map(found.map((ip) => [ip.text, ip])).values()];
}

function onEachPort(service: Service, kind: Target['kind'], ips: readonly Ip[]): Target[] {
  return ips.flatMap((ip) =>
    (service.spec.ports ?? []).map(({ port, protocol, name }) => ({
      kind,
      ip,
      family: ip.family,
      port,
      protocol: protocolOf(protocol),
      service,
      portName: name ?? '',
    })),
  );
}

function nodePortTargets(service: Service): Target[] {
  const families = service.spec.ipFamilies ?? ['IPv4'];
  return families.flatMap((family) =>
    (service.spec.ports ?? []).flatMap(({ nodePort, protocol, name }) =>
      nodePort === undefined
        ? []
        : {
            kind: 'node-port' as const,
            ip: null,
            family: family === 'IPv6' ? (6 as const) : (4 as const),
            port: nodePort,
            protocol: protocolOf(protocol),
            service,
            portName: name ?? '',
          },
    ),
  );
}

/** A node's own address with the node port of a Service. */
function nodePortTarget(
  { nodes, services }: Pick<ClusterState, 'services' | 'nodes'>,
  { ip, port, protocol }: Asking & { kind: 'packet' },
): Target | undefined {
  const isNode = nodes.some(({ status }) =>
    status?.addresses?.some(({ address }) => parseIp(address)?.text === ip.text),
  );
  if (!isNode) return undefined;
  const found = services
    .flatMap(nodePortTargets)
    .find((it) => it.port === port && it.protocol === protocol && it.family === ip.family);
  return found && { ...found, ip };
}

/** As rules name it; the API's default is TCP. */
function protocolOf(protocol = 'TCP'): Protocol {
  return protocol === 'UDP' ? 'udp' : protocol === 'SCTP' ? 'sctp' : 'tcp';
}
