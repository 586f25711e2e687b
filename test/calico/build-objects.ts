import { guardPolicies } from '../../src/calico/guard-policies.ts';
import type { CalicoResource } from '../../src/calico/objects.ts';
import { CALICO_RESOURCES } from '../../src/calico/objects.ts';
import {
  type CalicoObjects,
  type RawList,
  readCalicoObjects,
} from '../../src/calico/read-objects.ts';
import { type Ip, parseIp } from '../../src/net/ip.ts';
import type { ApiObject } from '../../src/snapshot/trim.ts';

/** Calico's objects as its API would list them, and what could not be read of them. */
export function buildObjects(
  items: Partial<Record<CalicoResource, readonly ApiObject[]>> = {},
  unread: Partial<Record<CalicoResource, string>> = {},
): CalicoObjects {
  const lists = CALICO_RESOURCES.map((resource): [CalicoResource, RawList] => [
    resource,
    { items: items[resource] ?? [], reason: unread[resource] ?? null },
  ]);
  return readCalicoObjects(Object.fromEntries(lists) as Record<CalicoResource, RawList>);
}

type Spec = Record<string, unknown>;

/** The endpoint of k0's ens34, unless the spec says otherwise. */
export function endpoint(name: string, spec: Spec = {}, labels: Record<string, string> = {}) {
  return {
    apiVersion: 'projectcalico.org/v3',
    kind: 'HostEndpoint',
    metadata: { name, labels },
    spec: { node: 'k0', interfaceName: 'ens34', ...spec },
  };
}

/** A GlobalNetworkPolicy for every endpoint with the label `guarded`. */
export function policy(name: string, spec: Spec = {}) {
  return {
    apiVersion: 'projectcalico.org/v3',
    kind: 'GlobalNetworkPolicy',
    metadata: { name },
    spec: { selector: 'has(guarded)', types: ['Ingress'], ...spec },
  };
}

/** A policy that is asked before the destination is changed. */
export function preDnat(name: string, order: number, ...ingress: Spec[]) {
  return policy(name, { order, preDNAT: true, applyOnForward: true, ingress });
}

export function object(name: string, spec: Spec = {}, metadata: Spec = {}): ApiObject {
  return { metadata: { name, ...metadata }, spec };
}

/** The profile that Calico itself has. */
export const ALLOWING = { profiles: ['projectcalico-default-allow'] };

/** The policies of extip's guard of 20.1.0.167, for endpoints with the label `guarded`. */
export function guardOf(...sources: string[]): ApiObject[] {
  const service = { key: 'default/one', ports: [{ port: 80, protocol: 'TCP' }], sources };
  return guardPolicies(parseIp('20.1.0.167') as Ip, [service], 100).map(
    ({ name, spec, ...metadata }) => ({
      apiVersion: 'projectcalico.org/v3',
      kind: metadata.kind,
      metadata: { name, labels: metadata.labels, annotations: metadata.annotations },
      spec: { ...spec, selector: 'has(guarded)' },
    }),
  );
}
