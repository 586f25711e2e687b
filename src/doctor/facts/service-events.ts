import type { Service } from '../../snapshot/kubernetes.ts';
import { type ClusterSnapshot, objectsOf } from '../cluster-snapshot.ts';

interface Event {
  involvedObject?: { kind?: string; namespace?: string; name?: string };
  reason?: string;
  message?: string;
  lastTimestamp?: string | null;
  eventTime?: string | null;
}

/** The last event about the Service with one of these reasons, in one line; null: there is none. */
export function lastEvent(
  cluster: ClusterSnapshot,
  { metadata }: Service,
  reasons: readonly string[],
): string | null {
  const own = objectsOf<Event>(cluster, 'events').filter(
    ({ involvedObject, reason }) =>
      involvedObject?.kind === 'Service' &&
      involvedObject.name === metadata.name &&
      involvedObject.namespace === (metadata.namespace ?? 'default') &&
      reasons.includes(reason ?? ''),
  );
  const [last] = own.sort((a, b) => (timeOf(a) < timeOf(b) ? 1 : -1));
  return last ? `event ${last.reason}: ${last.message}` : null;
}

function timeOf({ lastTimestamp, eventTime }: Event): string {
  return lastTimestamp ?? eventTime ?? '';
}
