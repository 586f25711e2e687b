import type { OwnObject } from './change.ts';
import type { GlobalNetworkPolicy, HostEndpoint } from './objects.ts';
import type { CalicoObjects } from './read-objects.ts';

/**
 * The names that an object may be stored by, the usual one first. Calico 3.29.0 to 3.29.3 put the tier before
 * the name of a policy of the tier `default`, too, and answer with that; 3.30 finds what they stored by that
 * name alone (projectcalico/calico#9615).
 */
export function storedNames({ kind, name }: Pick<OwnObject, 'kind' | 'name'>): string[] {
  return kind === 'GlobalNetworkPolicy' && !name.startsWith(TIER)
    ? [name, `${TIER}${name}`]
    : [name];
}

const TIER = 'default.';

/** The object of this kind and name, as it is stored: its own name may be another one. */
export function storedObject(
  { globalPolicies, hostEndpoints }: CalicoObjects,
  target: Pick<OwnObject, 'kind' | 'name'>,
): GlobalNetworkPolicy | HostEndpoint | undefined {
  const all: readonly (GlobalNetworkPolicy | HostEndpoint)[] =
    target.kind === 'HostEndpoint' ? hostEndpoints : globalPolicies;
  const found = storedNames(target).map((name) => all.find((one) => one.metadata.name === name));
  return found.find((one) => one !== undefined);
}
