import {
  declarationOf,
  RESOURCES,
  type ResourceDeclaration,
  type ResourceName,
} from '../snapshot/resources.ts';
import { type ApiObject, trimObject } from '../snapshot/trim.ts';
import { METALLB_CONFIG, servedGroups } from './address-pools.ts';
import { type Api, ApiError } from './api.ts';
import type { Connection } from './connection.ts';
import { listWidely } from './list-widely.ts';
import { type Query, resourcePath } from './paths.ts';

/** What was read of one resource, trimmed, with what could not be read of it. */
export interface CapturedResource {
  resource: ResourceName;
  /** null: nothing of it could be read. */
  items: ApiObject[] | null;
  /** Why these are not all; null: they are. */
  reason: string | null;
}

/** Those of which a cluster has many more than extip reads. */
const BY_NAME: Partial<Record<ResourceName, readonly { namespace: string; name: string }[]>> = {
  leases: [{ namespace: 'kube-system', name: 'extip' }],
  configmaps: [METALLB_CONFIG, { namespace: 'kube-system', name: 'kube-proxy' }],
};

const QUERIES: Partial<Record<ResourceName, Query>> = {
  events: { fieldSelector: 'involvedObject.kind=Service' },
};

/**
 * Reads every resource of a snapshot; one that is not served is empty, one that cannot be read says
 * why. Throws the ApiError about Services where neither they nor Nodes can be read.
 */
export async function captureResources(connection: Connection): Promise<CapturedResource[]> {
  const { captured, failures } = await readResources(
    connection,
    RESOURCES.map(({ resource }) => resource),
  );
  const [services, nodes] = [failures.get('services'), failures.get('nodes')];
  if (services && nodes) throw services;
  return behindEndpoints(captured);
}

/** Reads these resources, each from the first version that is served and answers. */
export async function readResources(
  connection: Connection,
  resources: readonly ResourceName[],
): Promise<{ captured: CapturedResource[]; failures: Map<ResourceName, ApiError> }> {
  const groups = await servedGroups(connection.api).catch(apiErrorOnly);
  const failures = new Map<ResourceName, ApiError>();
  const captured = await Promise.all(
    resources.map(async (resource) => {
      try {
        const declaration = { ...declarationOf(resource), resource };
        return await captureResource(connection, declaration, groups);
      } catch (error) {
        const failure = apiErrorOnly(error);
        failures.set(resource, failure);
        return { resource, items: null, reason: failure.message };
      }
    }),
  );
  return { captured, failures };
}

function apiErrorOnly(error: unknown): ApiError {
  if (error instanceof ApiError) return error;
  throw error;
}

async function captureResource(
  connection: Connection,
  { resource, kind, versions }: ResourceDeclaration & { resource: ResourceName },
  groups: string[] | ApiError,
): Promise<CapturedResource> {
  // These are in every cluster.
  const isCore = versions.every((version) => /^(v1|[a-z]+\.k8s\.io\/v1)$/.test(version));
  if (!isCore && groups instanceof ApiError) throw groups;
  const served = versions.filter(
    (version) => isCore || (groups as string[]).includes(version.split('/')[0] ?? ''),
  );
  let failure: ApiError | undefined;
  for (const version of served) {
    const trimmed = (item: ApiObject) =>
      trimObject(resource, { apiVersion: version, kind, ...item });
    try {
      const { items, reason } = await readItems(connection, version, resource);
      return { resource, items: items.map(trimmed), reason };
    } catch (error) {
      failure = apiErrorOnly(error);
      if (failure.status === 404) failure = undefined;
    }
  }
  if (failure) throw failure;
  return { resource, items: [], reason: null };
}

async function readItems(
  connection: Connection,
  version: string,
  resource: ResourceName,
): Promise<{ items: ApiObject[]; reason: string | null }> {
  const { api } = connection;
  const names = BY_NAME[resource];
  if (names) {
    const found = await Promise.all(
      names.map((where) => getOrNull(api, version, resource, where).catch(apiErrorOnly)),
    );
    const failed = found.filter((one) => one instanceof ApiError);
    if (failed.length === names.length && failed[0]) throw failed[0];
    const items = found.filter((one) => one !== null && !(one instanceof ApiError));
    return {
      items: items as ApiObject[],
      reason: failed.map(({ message }) => message).join('; ') || null,
    };
  }
  try {
    const query = QUERIES[resource];
    const { items, unknown } = await listWidely<ApiObject>(connection, version, resource, query);
    return { items, reason: unknown[0]?.reason ?? null };
  } catch (error) {
    // Which cluster it is this one says alone.
    if (resource !== 'namespaces') throw error;
    const system = await getOrNull(api, version, resource, { name: 'kube-system' });
    return { items: system ? [system] : [], reason: apiErrorOnly(error).message };
  }
}

function getOrNull(
  api: Api,
  version: string,
  resource: string,
  where: { namespace?: string; name: string },
): Promise<ApiObject | null> {
  return api.getOrNull<ApiObject>(resourcePath(version, resource, where));
}

/** Of Pods those that a Service leads to, and MetalLB's: a cluster may have a hundred thousand others. */
function behindEndpoints(captured: CapturedResource[]): CapturedResource[] {
  const slices = captured.find(({ resource }) => resource === 'endpointslices')?.items;
  const targets = new Set(
    (slices ?? [])
      .flatMap(({ endpoints }) => (endpoints ?? []) as { targetRef?: Record<string, string> }[])
      .flatMap(({ targetRef }) => (targetRef ? `${targetRef.namespace}/${targetRef.name}` : [])),
  );
  const isTarget = ({ metadata }: ApiObject) => {
    const { namespace, name } = metadata as Record<string, string>;
    return namespace === METALLB_CONFIG.namespace || targets.has(`${namespace}/${name}`);
  };
  return captured.map((one) => {
    if (one.resource !== 'pods' || one.items === null) return one;
    if (!slices) return { ...one, items: null, reason: 'which are behind Services is not known' };
    return { ...one, items: one.items.filter(isTarget) };
  });
}
