import type { Lock } from '../cluster/lock.ts';
import { ConflictError, patchService, readService } from '../cluster/services.ts';
import { FailedError } from '../errors.ts';
import type { ServiceChange } from '../plan/action.ts';
import { patchBetween, servicePatch } from '../plan/service-patch.ts';
import type { ServiceRef } from '../plan/service-ref.ts';
import type { Service } from '../snapshot/kubernetes.ts';
import { externalIPs } from '../snapshot/queries.ts';
import { ASSIGNMENTS_ANNOTATION, writeAssignments } from '../snapshot/records.ts';
import type { Session } from './session.ts';

/** How often a Service that others keep changing is read and patched again. */
const MAX_CONFLICTS = 5;

/**
 * Patches the Service as it is at that moment, keeping others' changes; returns it as stored. The
 * lock is looked at after the Service was read: what the next holder changes, fails the patch.
 * With `settle` it is written also where it is as it should be: an earlier patch that was not
 * answered may still come, and must find another resourceVersion than the one it tests.
 */
export async function changeService(
  session: Session,
  ref: ServiceRef,
  change: ServiceChange,
  lock: Lock,
  settle: boolean,
): Promise<Service> {
  const { api } = session.connection;
  const { fieldManager } = session;
  let service = await readService(api, ref);
  for (let attempt = 1; ; attempt += 1) {
    mustBeSame(service, ref);
    mustBeAsPlanned(service, ref, change);
    const operations = servicePatch(service, change);
    if (operations.length === 0 && !settle) return service;
    await lock.check();
    try {
      return operations.length === 0
        ? await rewrite(session, ref, service)
        : await patchService(api, ref, operations, { fieldManager });
    } catch (error) {
      if (!(error instanceof ConflictError) || attempt === MAX_CONFLICTS) throw error;
      service = error.fresh;
    }
  }
}

/**
 * Moves the resourceVersion on and leaves the Service as it was. The API server does not store a
 * patch that changes nothing, so a blank goes after the annotation's JSON and is taken away again.
 */
async function rewrite(session: Session, ref: ServiceRef, service: Service): Promise<Service> {
  const { annotations } = service.metadata;
  const text = annotations?.[ASSIGNMENTS_ANNOTATION] ?? writeAssignments([]);
  const marked = { ...annotations, [ASSIGNMENTS_ANNOTATION]: `${text} ` };
  const stored = await annotate(session, ref, service, marked);
  return annotate(session, ref, stored, annotations);
}

function annotate(
  { connection, fieldManager }: Session,
  ref: ServiceRef,
  service: Service,
  annotations: Service['metadata']['annotations'],
): Promise<Service> {
  const after = { ...service, metadata: { ...service.metadata, annotations } };
  return patchService(connection.api, ref, patchBetween(service, after), { fieldManager });
}

function mustBeSame(service: Service, ref: ServiceRef): void {
  if (service.metadata.uid === ref.uid) return;
  throw new FailedError(`${ref.namespace}/${ref.name} was deleted and created anew meanwhile`, {
    reason: 'service-replaced',
    object: `service/${ref.namespace}/${ref.name}`,
    nothingChanged: true,
  });
}

/** What somebody put into the list since the plan was made is theirs, and no record says otherwise. */
function mustBeAsPlanned(service: Service, ref: ServiceRef, { ip, listed }: ServiceChange): void {
  if (listed === undefined || externalIPs(service).includes(ip) === listed) return;
  const object = `${ref.namespace}/${ref.name}`;
  throw new FailedError(
    `somebody ${listed ? 'took' : 'put'} ${ip} ${listed ? 'from' : 'into'} spec.externalIPs of ${object} meanwhile`,
    {
      reason: 'plan-changed',
      object: `service/${object}`,
      help: 'run the command again to see and confirm the new plan',
      nothingChanged: true,
    },
  );
}
