import { type TargetEndpoint, targetEndpoints } from '../../explain/evidence.ts';
import { hasAllEverywhere } from '../../explain/observations/rules.ts';
import { type Target, servedTargets as targetsOfServices } from '../../explain/targets.ts';
import type { Family } from '../../net/ip.ts';
import { entryKey } from '../../net/kube-proxy/served-entries.ts';
import { chainHashes } from '../../net/kube-proxy/service-port.ts';
import { oncePer } from '../../once-per.ts';
import type { Service } from '../../snapshot/kubernetes.ts';
import type { ClusterState } from '../../snapshot/model.ts';
import { whyNotProxied } from '../../snapshot/queries.ts';

/** What the API has of a port of a Service, for one family. */
export interface ServedPort {
  target: Target;
  family: Family;
  /** Of `entryKey`: all addresses that it is served on. */
  keys: readonly string[];
  /** By the ends of the names of their chains. */
  endpoints: ReadonlyMap<string, TargetEndpoint>;
  /** Whether every node has to lead to all that are ready. */
  isWhole: boolean;
}

export interface ServedTargets {
  /** By `entryKey`: what kube-proxy has to serve on every node. */
  expected: ReadonlyMap<string, Target>;
  /** Of all that any release of it might serve. */
  known: ReadonlySet<string>;
  ports: readonly ServedPort[];
}

/** Services with this label are another proxy's (kube-proxy 1.28, cmd/kube-proxy/app/server.go). */
const OF_OTHER_PROXY = 'service.kubernetes.io/service-proxy-name';

/** All that kube-proxy has to have in every node's kernel, as the API says. */
export const servedTargets = oncePer((cluster: ClusterState): ServedTargets => {
  const all = targetsOfServices(cluster.services);
  const expected = new Map<string, Target>();
  for (const target of all) {
    if (isProxied(target)) expected.set(keyOf(target), target);
  }
  const proxied = cluster.services.flatMap(({ spec, status }) =>
    (status?.loadBalancer?.ingress ?? []).flatMap(({ ip }) =>
      (spec.ports ?? []).map(({ port, protocol = 'TCP' }) =>
        entryKey(ip ?? '', protocol.toLowerCase(), port),
      ),
    ),
  );
  const byPort = Map.groupBy(
    expected.values(),
    ({ service, portName, protocol, family }) =>
      `${service?.metadata.uid} ${portName} ${protocol} ${family}`,
  );
  const snapshot = { cluster, nodes: {} };
  return {
    expected,
    known: new Set([...all.map(keyOf), ...proxied]),
    ports: [...byPort.values()].flatMap((same) =>
      same[0]?.service ? portOf(same[0], same[0].service, same.map(keyOf), snapshot) : [],
    ),
  };
});

function portOf(
  target: Target,
  { metadata: { name, namespace = 'default' } }: Service,
  keys: readonly string[],
  snapshot: Parameters<typeof targetEndpoints>[0]['snapshot'],
): ServedPort {
  const { portName, protocol, family } = target;
  const named = { namespace, name, port: portName, protocol };
  const endpoints = targetEndpoints({ snapshot }, target).flatMap((endpoint) =>
    chainHashes(named, endpoint.text).map((hash) => [hash, endpoint] as const),
  );
  return {
    target,
    family,
    keys,
    endpoints: new Map(endpoints),
    isWhole: hasAllEverywhere({ snapshot }, target),
  };
}

/** kube-proxy leaves out addresses of a family that the Service has not. */
function isProxied({ service, family }: Target): boolean {
  if (!service || whyNotProxied(service)) return false;
  const { ipFamilies } = service.spec;
  const hasFamily = !ipFamilies || ipFamilies.includes(`IPv${family}`);
  return hasFamily && service.metadata.labels?.[OF_OTHER_PROXY] === undefined;
}

function keyOf({ ip, protocol, port }: Target): string {
  return entryKey(ip?.text ?? '', protocol, port ?? '');
}
