import { type Service, type ServiceName, serviceKey } from '../snapshot/kubernetes.ts';
import type { Snapshot } from '../snapshot/model.ts';
import { holdersOf, outsideIPs } from '../snapshot/queries.ts';
import type { Found } from './finding.ts';

/** What was asked about; null: everything. */
export type Scope =
  | { kind: 'service'; name: ServiceName }
  | { kind: 'ip'; ip: string }
  | { kind: 'node'; node: string }
  | null;

/**
 * Whether a finding is about what was asked: of a Service or an address also what is found of each other, of
 * the nodes that hold the address, and of the cluster as a whole.
 */
export function isAbout(scope: Scope, snapshot: Snapshot): (found: Found) => boolean {
  if (scope === null) return () => true;
  const wanted = new Set(objectsIn(scope, snapshot));
  return ({ object, touches = [] }) => [object, ...touches].some((one) => wanted.has(one));
}

function objectsIn(scope: NonNullable<Scope>, snapshot: Snapshot): string[] {
  if (scope.kind === 'node') return [`node/${scope.node}`];
  const services = snapshot.cluster.services.filter((service) => isOf(scope, service));
  const ips = scope.kind === 'ip' ? [scope.ip] : services.flatMap(outsideIPs);
  const nodes = ips.flatMap((ip) => holdersOf(snapshot, ip).map(({ node }) => node));
  return [
    'cluster',
    ...services.map((service) => `service/${serviceKey(service)}`),
    ...ips.map((ip) => `ip/${ip}`),
    ...nodes.map((node) => `node/${node}`),
  ];
}

function isOf(scope: NonNullable<Scope>, service: Service): boolean {
  if (scope.kind === 'ip') return outsideIPs(service).includes(scope.ip);
  if (scope.kind === 'node') return false;
  return serviceKey(service) === `${scope.name.namespace}/${scope.name.name}`;
}
