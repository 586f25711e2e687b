import { parseIp } from '../net/ip.ts';
import { agentSettings } from './agent-settings.ts';
import type { HostEndpoint } from './objects.ts';
import type { CalicoObjects } from './read-objects.ts';

/** An interface of a node. */
export interface Place {
  node: string;
  interface: string;
  /** null: not known. */
  addresses: readonly string[] | null;
}

/** The host endpoints of an interface. */
export interface Governing {
  /** The one whose policies hold; null: none, and the interface is open. */
  endpoint: HostEndpoint | null;
  /** Whether it is for this interface, by its name or by an address, or for all of the node. */
  by: 'name' | 'address' | 'all';
  /** The one for all interfaces of the node, which an endpoint for this one alone leaves without effect. */
  forAll: HostEndpoint | null;
  /** Those for this interface that do nothing, because another is before them. */
  idle: readonly HostEndpoint[];
}

/** What kube-controllers puts on every endpoint that it made, and may delete. */
export const CREATED_BY = 'projectcalico.org/created-by';

/** Whether Calico's kube-controllers made the endpoint, and keep it as they want it. */
export function isAutomatic({ metadata }: HostEndpoint): boolean {
  const labels = metadata.labels ?? {};
  return Object.hasOwn(labels, CREATED_BY) && labels[CREATED_BY] === 'calico-kube-controllers';
}

/**
 * Which endpoint governs an interface: of those that name it, or that name none and expect an address of
 * it, the first by name; else of those with `interfaceName: '*'` the first by name, automatic ones
 * included. Endpoints never govern a pod's interface by its name (resolveHostEndpoints,
 * felix/dataplane/linux/endpoint_mgr.go, 3.28; docs.tigera.io/calico/latest/reference/resources/hostendpoint).
 * Answers with the reason where it cannot be known.
 */
export function governingEndpoint(
  objects: CalicoObjects,
  place: Place,
): Governing | { unknown: string } {
  const unread = objects.unread.find(({ resource }) => resource === 'hostendpoints');
  if (unread) return { unknown: `host endpoints: ${unread.reason}` };
  const here = objects.hostEndpoints
    .filter(({ spec }) => spec.node === place.node)
    .sort((a, b) => (a.metadata.name < b.metadata.name ? -1 : 1));
  const forAll = here.find(({ spec }) => spec.interfaceName === '*') ?? null;
  const { interfacePrefixes } = agentSettings(objects, place.node);
  const isPods = interfacePrefixes.some((prefix) => place.interface.startsWith(prefix));
  const specific: HostEndpoint[] = [];
  for (const endpoint of isPods ? [] : here) {
    const is = isFor(endpoint, place);
    // Behind one that governs it does not matter.
    if (is === null && specific.length === 0) {
      const { name } = endpoint.metadata;
      return {
        unknown: `HostEndpoint ${name} goes by addresses, and those of ${place.interface} on ${place.node} are not known`,
      };
    }
    if (is) specific.push(endpoint);
  }
  const [first, ...idle] = specific;
  if (!first) return { endpoint: forAll, by: 'all', forAll, idle: [] };
  return { endpoint: first, by: first.spec.interfaceName ? 'name' : 'address', forAll, idle };
}

/** null: not known. */
function isFor({ spec }: HostEndpoint, place: Place): boolean | null {
  if (spec.interfaceName) return spec.interfaceName === place.interface;
  const expected = (spec.expectedIPs ?? []).flatMap((text) => parseIp(text)?.text ?? []);
  if (expected.length === 0) return false;
  return place.addresses?.some((address) => expected.includes(address)) ?? null;
}
