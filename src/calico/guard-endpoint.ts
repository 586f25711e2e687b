import {
  type CalicoChange,
  GUARD_ANNOTATION,
  GUARDED_LABEL,
  OWNER_LABEL,
  type OwnObject,
} from './change.ts';
import { DEFAULT_ALLOW } from './endpoint-policies.ts';
import { CREATED_BY, type Governing, governingEndpoint, type Place } from './governing-endpoint.ts';
import { type GuardMark, guardMark, guardMarkText, isOurs } from './guard-mark.ts';
import { endpointName } from './guard-names.ts';
import type { HostEndpoint } from './objects.ts';
import type { CalicoObjects } from './read-objects.ts';

/**
 * What makes the endpoint of an interface take part in the guard of an address, beside those that it has. One that is for this
 * interface alone gets our mark. Else one of ours is made, which carries the labels and profiles of the one
 * for all interfaces that it takes the interface from. `unknown`: which one governs cannot be known.
 */
export function guardEndpoint(
  objects: CalicoObjects,
  place: Place,
  ip: string,
): CalicoChange | { unknown: string } {
  const governing = governingEndpoint(objects, place);
  if ('unknown' in governing) return governing;
  const { endpoint, by } = governing;
  const specific = by === 'all' ? null : endpoint;
  const others = (specific && guardMark(specific)?.ips) ?? [];
  const ips = [...new Set([...others, ip])].sort();
  return specific && !isOurs(specific)
    ? { type: 'mark', name: specific.metadata.name, ips }
    : { type: 'put', object: ownEndpoint(place, ips, sourceOf(governing)) };
}

/** The endpoint for all interfaces, whose place ours takes. */
function sourceOf({ forAll }: Governing): GuardMark['copied'] {
  if (!forAll) return undefined;
  const { metadata, spec } = forAll;
  // kube-controllers deletes every endpoint that carries this one.
  const { [CREATED_BY]: _, ...labels } = metadata.labels ?? {};
  return { from: metadata.name, labels, profiles: spec.profiles ?? [] };
}

function ownEndpoint(
  { node, interface: name }: Place,
  ips: readonly string[],
  copied: GuardMark['copied'],
): OwnObject {
  const { labels = {}, profiles = [] } = copied ?? {};
  const others = profiles.filter((profile) => profile !== DEFAULT_ALLOW);
  return {
    kind: 'HostEndpoint',
    name: endpointName(node, name),
    labels: { ...labels, [GUARDED_LABEL]: 'true', [OWNER_LABEL]: 'guard' },
    annotations: { [GUARD_ANNOTATION]: guardMarkText(ips, copied) },
    // Without a profile that allows, the node itself and what it sends would be cut off.
    spec: { node, interfaceName: name, profiles: [...others, DEFAULT_ALLOW] },
  };
}

/** What takes an address off an endpoint that takes part in its guard; ours goes with the last one. */
export function leaveEndpoint(endpoint: HostEndpoint, ip: string): CalicoChange {
  const { metadata, spec } = endpoint;
  const mark = guardMark(endpoint);
  const ips = (mark?.ips ?? []).filter((one) => one !== ip);
  if (!isOurs(endpoint)) return { type: 'mark', name: metadata.name, ips };
  if (ips.length === 0) return { type: 'delete', kind: 'HostEndpoint', name: metadata.name };
  const { labels, annotations } = metadata;
  return {
    type: 'put',
    object: {
      kind: 'HostEndpoint',
      name: metadata.name,
      labels: labels ?? {},
      annotations: {
        ...annotations,
        [GUARD_ANNOTATION]: guardMarkText(ips, mark?.copied),
      },
      spec,
    },
  };
}
