import { oncePer } from '../once-per.ts';
import {
  type Endpoint,
  type EndpointSlice,
  type Service,
  serviceKey,
  serviceKeyOfSlice,
} from './kubernetes.ts';
import type { Snapshot } from './model.ts';
import { isUnread } from './queries.ts';

/** The Service's endpoints, with the slice that each is in. */
export function endpointsOf(
  snapshot: Snapshot,
  service: Service,
): (Endpoint & { slice: EndpointSlice })[] {
  const slices = slicesByService(snapshot).get(serviceKey(service)) ?? [];
  return slices.flatMap((slice) =>
    (slice.endpoints ?? []).map((endpoint) => ({ ...endpoint, slice })),
  );
}

/** Those of a Service of two families have a pod in each: here it is one. */
export function podEndpointsOf(snapshot: Snapshot, service: Service) {
  const all = endpointsOf(snapshot, service);
  return [...new Map(all.map((endpoint) => [podKey(endpoint), endpoint])).values()];
}

function podKey({ addresses, targetRef }: Endpoint): string {
  return targetRef?.name === undefined ? addresses.join() : `pod ${targetRef.name}`;
}

const slicesByService = oncePer(({ cluster }: Snapshot) =>
  Map.groupBy(cluster.endpointSlices, serviceKeyOfSlice),
);

/** As the API has it: what says nothing is ready. */
export function isReady({ conditions }: Pick<Endpoint, 'conditions'>): boolean {
  return conditions?.ready !== false;
}

/**
 * Whether it gets packets where none is ready: it ends, and still serves (kube-proxy 1.26 on,
 * pkg/proxy/topology.go).
 */
export function isEnding({ conditions }: Pick<Endpoint, 'conditions'>): boolean {
  return conditions?.serving === true && conditions.terminating === true;
}

/** Whether all endpoints could be read. */
export function areEndpointsKnown(snapshot: Snapshot): boolean {
  return !isUnread(snapshot, 'endpointslices');
}

/** The names of the nodes that run an endpoint of the Service that gets packets there, in order. */
export function servingNodes(snapshot: Snapshot, service: Service): string[] {
  const serving = endpointsOf(snapshot, service).filter((it) => isReady(it) || isEnding(it));
  return [...new Set(serving.flatMap(({ nodeName }) => nodeName ?? []))].sort();
}

/**
 * Whether any endpoint of the Service is ready, on `node` where one is named, as far as is known:
 * true where they are unread.
 */
export function hasReadyEndpoints(snapshot: Snapshot, service: Service, node?: string): boolean {
  if (!areEndpointsKnown(snapshot)) return true;
  return endpointsOf(snapshot, service).some(
    (endpoint) => isReady(endpoint) && (node === undefined || endpoint.nodeName === node),
  );
}
