import { FailedError } from '../errors.ts';
import { nearest } from '../nearest.ts';
import { oneLine } from '../output/sanitize.ts';
import type { JsonPatchOperation } from '../plan/service-patch.ts';
import type { Service, ServiceName } from '../snapshot/kubernetes.ts';
import { type Api, ApiError, type WriteOptions } from './api.ts';
import { resourcePath } from './paths.ts';

/** Somebody else changed the Service since it was read; `fresh` is how it is now. */
export class ConflictError extends FailedError {
  readonly fresh: Service;

  constructor(ref: ServiceName, fresh: Service, cause: ApiError) {
    super(`service ${oneLine(`${ref.namespace}/${ref.name}`)} was changed by somebody else`, {
      reason: 'conflict',
      object: objectOf(ref),
      help: 'run the same command again',
      cause,
    });
    this.fresh = fresh;
  }
}

/** Reads one Service. Throws FailedError `service-not-found`, with the names that may be meant. */
export async function readService(api: Api, ref: ServiceName): Promise<Service> {
  const service = await api.getOrNull<Service>(pathOf(ref));
  if (service) return service;
  const hint = await suggestion(api, ref);
  throw new FailedError(`there is no service ${oneLine(`${ref.namespace}/${ref.name}`)}`, {
    reason: 'service-not-found',
    object: objectOf(ref),
    help: hint ?? oneLine(`kubectl get services -n ${ref.namespace}`),
    nothingChanged: true,
  });
}

/**
 * Patches one Service; `operations` tests /metadata/resourceVersion first. Returns the new object.
 * Throws ConflictError when the Service has changed since, and the server's own refusal (ApiError:
 * an invalid value, an admission webhook, DenyServiceExternalIPs) otherwise.
 */
export async function patchService(
  api: Api,
  ref: ServiceName,
  operations: JsonPatchOperation[],
  options: WriteOptions = {},
): Promise<Service> {
  try {
    return await api.patch<Service>(pathOf(ref), operations, options);
  } catch (error) {
    // A failed `test` is answered with 422, as an invalid value is: only the object itself tells.
    if (!(error instanceof ApiError) || (error.status !== 422 && error.status !== 409)) throw error;
    const fresh = await readService(api, ref);
    if (fresh.metadata.resourceVersion === testedVersion(operations)) throw error;
    throw new ConflictError(ref, fresh, error);
  }
}

function testedVersion(operations: JsonPatchOperation[]): unknown {
  return operations.find(({ op, path }) => op === 'test' && path === '/metadata/resourceVersion')
    ?.value;
}

/** What the user may have meant; null where nothing is near or we may not look. */
async function suggestion(api: Api, { namespace, name }: ServiceName): Promise<string | null> {
  const here = await servicesIn(api, namespace);
  const near = nearest(
    name,
    here.map((service) => service.metadata.name),
  );
  if (near) return `did you mean ${oneLine(near)}?`;
  const elsewhere = (await servicesIn(api)).filter((service) => service.metadata.name === name);
  const namespaces = elsewhere.map((service) => service.metadata.namespace ?? '').slice(0, 3);
  if (namespaces.length === 0) return null;
  return oneLine(`there is one in another namespace: -n ${namespaces.join(', -n ')}`);
}

async function servicesIn(api: Api, namespace?: string): Promise<Service[]> {
  const path = resourcePath('v1', 'services', namespace === undefined ? {} : { namespace });
  try {
    return (await api.list<Service>(path)).items;
  } catch (error) {
    if (error instanceof ApiError) return [];
    throw error;
  }
}

function pathOf(ref: ServiceName): string {
  return resourcePath('v1', 'services', ref);
}

function objectOf({ namespace, name }: ServiceName): string {
  return oneLine(`service/${namespace}/${name}`);
}
