import { FailedError } from '../errors.ts';
import { nearest } from '../nearest.ts';
import { oneLine } from '../output/sanitize.ts';
import { type Service, type ServiceName, serviceKey } from '../snapshot/kubernetes.ts';
import type { Snapshot } from '../snapshot/model.ts';
import { findService } from '../snapshot/queries.ts';

/**
 * The Service of this name. Throws FailedError: `service-not-found`, with the name that may be meant;
 * `services-unread` where it may be there.
 */
export function serviceInSnapshot(snapshot: Snapshot, ref: ServiceName): Service {
  const service = findService(snapshot, ref);
  if (service) return service;
  const key = `${ref.namespace}/${ref.name}`;
  const [unread] = snapshot.cluster.unknown.filter(({ resource }) => resource === 'services');
  if (unread) {
    const message = `whether there is a service ${key} is not known: ${unread.reason}`;
    throw new FailedError(message, { reason: 'services-unread', object: `service/${key}` });
  }
  const near = nearest(
    key,
    snapshot.cluster.services.map((it) => serviceKey(it)),
  );
  throw new FailedError(`there is no service ${key} in the snapshot`, {
    reason: 'service-not-found',
    object: `service/${key}`,
    help: near === null ? 'extip list -A --snapshot shows all' : `did you mean ${oneLine(near)}?`,
  });
}
