import type { CalicoChange, OwnObject } from './change.ts';

import { PLURALS } from './own-kinds.ts';
import type { CalicoObjects } from './read-objects.ts';
import { storedObject } from './stored-object.ts';

/** What somebody must be allowed to do in projectcalico.org. */
export interface Right {
  verb: 'get' | 'create' | 'update' | 'patch' | 'delete';
  resource: string;
  /** Of this object alone; else of any. */
  name?: string;
}

/**
 * The rights that changes need, each once, on the objects as they are before the first of them. For a policy
 * Calico also asks for that of its tier, by the resource `tier.globalnetworkpolicies` and a name for all
 * policies of the tier, and to read the tier (docs.tigera.io/calico, "Configure RBAC for tiered policies").
 */
export function rightsFor(objects: CalicoObjects, changes: readonly CalicoChange[]): Right[] {
  const rights = changes.flatMap((change): Right[] => {
    const { kind, verb } = asked(objects, change);
    const right: Right = { verb, resource: PLURALS[kind] };
    return kind === 'HostEndpoint' ? [right] : [right, ...tiered(right)];
  });
  return [...new Map(rights.map((right) => [nameOfRight(right), right])).values()];
}

/** For a person, as messages name it: `delete hostendpoints`. */
export function nameOfRight({ verb, resource, name }: Right): string {
  return `${verb} ${resource}${name === undefined ? '' : ` ${name}`}`;
}

function tiered({ verb, resource }: Right): Right[] {
  return [
    { verb, resource: `tier.${resource}`, name: 'default.*' },
    { verb: 'get', resource: 'tiers', name: 'default' },
  ];
}

function asked(
  objects: CalicoObjects,
  change: CalicoChange,
): { kind: OwnObject['kind']; verb: Right['verb'] } {
  switch (change.type) {
    case 'put': {
      const { kind } = change.object;
      return { kind, verb: storedObject(objects, change.object) ? 'update' : 'create' };
    }
    case 'delete':
      return { kind: change.kind, verb: 'delete' };
    case 'mark':
      return { kind: 'HostEndpoint', verb: 'patch' };
  }
}
