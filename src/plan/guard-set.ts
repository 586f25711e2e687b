import { isDeepStrictEqual } from 'node:util';
import { RefusedError } from '../errors.ts';
import type { Service } from '../snapshot/kubernetes.ts';
import type { Assignment, GuardRecord } from '../snapshot/records.ts';
import type { Action, Plan, Step } from './action.ts';
import { type ServiceRef, serviceRef } from './service-ref.ts';

/** A Service of a guarded address, with its record of the address. */
export interface GuardUser {
  service: Service;
  entry: Assignment;
}

/**
 * The steps that guard an address for these Services, or, with `record` null, no longer do. The records say
 * first that something is under way, and last how it is. No steps: it is so already.
 */
export function planGuardSet(
  users: readonly GuardUser[],
  recordOf: (user: GuardUser) => GuardRecord | null,
  steps: readonly Step[],
): Plan {
  const records = users.map((user) => recordSteps(user, recordOf(user), steps.length > 0));
  return {
    changes: users.map((user) => {
      const { ip, node, interface: name } = user.entry;
      const verb = recordOf(user) ? 'guard' : 'unguard';
      const service = serviceRef(user.service);
      return { verb, service, ip, node, interface: name, persistence: null };
    }),
    steps: [
      ...records.flatMap(({ open }) => open),
      ...steps,
      ...records.flatMap(({ close }) => close),
    ],
    warnings: [],
  };
}

/** Throws RefusedError where the assignment itself is not finished. */
function recordSteps(
  { service, entry }: GuardUser,
  record: GuardRecord | null,
  isChanged: boolean,
): { open: Step[]; close: Step[] } {
  const ref = serviceRef(service);
  const name = `${ref.namespace}/${ref.name}`;
  if (entry.phase === 'releasing') throw beingReleased(entry, name);
  const { guard, ...others } = entry;
  const isSame = isDeepStrictEqual(guard ?? null, record);
  if (isSame && entry.phase === 'assigned' && !isChanged) return { open: [], close: [] };
  // As long as something of the guard is left, the record says so.
  const meanwhile = record ?? guard;
  const open: Assignment = {
    ...others,
    phase: 'assigning',
    ...(meanwhile && { guard: meanwhile }),
  };
  const closed: Assignment = { ...others, phase: 'assigned', ...(record && { guard: record }) };
  return {
    open: isDeepStrictEqual(entry, open)
      ? []
      : [
          {
            id: `record-${name}`,
            title: `record on ${name} that its guard changes`,
            sign: '~',
            action: change(ref, open),
            inverse: change(ref, entry),
          },
        ],
    close: [
      {
        id: `close-record-${name}`,
        title: `record on ${name} that ${record ? 'the guard is complete' : 'it has no guard'}`,
        sign: '~',
        action: change(ref, closed),
        inverse: change(ref, open),
      },
    ],
  };
}

function change(service: ServiceRef, assignment: Assignment): Action {
  return { type: 'change-service', service, change: { ip: assignment.ip, assignment } };
}

function beingReleased({ ip }: Assignment, name: string): RefusedError {
  return new RefusedError(`a release of ${ip} from ${name} was cut off, or is under way`, {
    reason: 'releasing',
    object: `service/${name}`,
    help: `finish it: extip release ${name} ${ip}`,
  });
}
