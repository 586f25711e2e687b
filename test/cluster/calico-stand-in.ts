import { isDeepStrictEqual } from 'node:util';
import type { JsonPatchOperation } from '../../src/plan/service-patch.ts';
import { applyJsonPatch } from '../plan/apply-json-patch.ts';
import { type Behaviour, json, type Received, status } from './stand-in-server.ts';

/** One of Calico's objects, as a test gives it and finds it again. */
export interface CalicoObject {
  kind: string;
  metadata: {
    name: string;
    uid?: string;
    resourceVersion?: string;
    labels?: Record<string, string>;
    annotations?: Record<string, string>;
    [field: string]: unknown;
  };
  spec: object;
  [field: string]: unknown;
}

export interface CalicoStandIn {
  /** By `PLURAL/NAME`. */
  objects: Map<string, CalicoObject>;
  /** The writes that were stored, e.g. `PUT hostendpoints/k0-ens34`. */
  writes: string[];
  /** Answers in the place of the next request that is a write, once. */
  fault: Behaviour | null;
  behave: Behaviour;
  /** Somebody else writes an object, or takes it away. */
  disturb(key: string, change: (object: CalicoObject) => CalicoObject | null): void;
  /** The object without what the server gives it. */
  content(key: string): unknown;
}

const KINDS: Record<string, string> = {
  hostendpoints: 'HostEndpoint',
  globalnetworkpolicies: 'GlobalNetworkPolicy',
  leases: 'Lease',
};
const PATH =
  /^\/apis\/(?:projectcalico\.org\/v3|coordination\.k8s\.io\/v1\/namespaces\/kube-system)\/([a-z]+)(?:\/([^/?]+))?(?:\?(.*))?$/;

/**
 * A mock of Calico's API, and of the lock's, with the server's optimistic locking: for what a real one will not do on demand,
 * change an object between a read and a write, refuse, and recover. The real one is asked in the lab.
 */
export function calicoStandIn(initial: Record<string, CalicoObject> = {}): CalicoStandIn {
  let version = 0;
  const stored = (object: CalicoObject): CalicoObject => {
    version += 1;
    const { labels, annotations, ...metadata } = object.metadata;
    return {
      ...object,
      metadata: {
        uid: `u${version}`,
        ...metadata,
        resourceVersion: `${version}`,
        ...(Object.keys(labels ?? {}).length > 0 && { labels }),
        ...(Object.keys(annotations ?? {}).length > 0 && { annotations }),
      },
    };
  };
  const objects = new Map(Object.entries(initial).map(([key, object]) => [key, stored(object)]));
  const writes: string[] = [];

  /** Like etcd's: what changes nothing is not written. */
  function write(request: Received, key: string, object: CalicoObject | null): Behaviour {
    const before = objects.get(key);
    if (isDryRun(request)) return json(object ?? {});
    if (object === null) objects.delete(key);
    else if (before && isDeepStrictEqual(before, object)) return json(before);
    else objects.set(key, stored(object));
    writes.push(`${request.method} ${key}`);
    return json(objects.get(key) ?? { kind: 'Status', status: 'Success' });
  }

  function answer(request: Received): Behaviour {
    const [, plural = '', name] = PATH.exec(request.url) ?? [];
    const kind = KINDS[plural];
    if (!kind) return status(404, '404 page not found');
    const body = request.body === '' ? null : JSON.parse(request.body);
    const key = `${plural}/${name ?? body?.metadata?.name}`;
    const found = objects.get(key);
    if (request.method === 'POST') {
      if (found) return status(409, `${key} already exists`, 'AlreadyExists');
      return write(request, key, { ...body, kind });
    }
    if (!found) return status(404, `${key} not found`, 'NotFound');
    const conflict = status(409, `${key}: the object has been modified`, 'Conflict');
    switch (request.method) {
      case 'GET':
        return json(found);
      case 'PUT':
        return body.metadata.resourceVersion === found.metadata.resourceVersion
          ? write(request, key, body)
          : conflict;
      case 'PATCH':
        return patch(request, key, found, body);
      case 'DELETE': {
        const { uid, resourceVersion } = body.preconditions;
        const isSame =
          uid === found.metadata.uid && resourceVersion === found.metadata.resourceVersion;
        return isSame ? write(request, key, null) : conflict;
      }
    }
    return status(405, request.method);
  }

  function patch(
    request: Received,
    key: string,
    found: CalicoObject,
    operations: JsonPatchOperation[],
  ): Behaviour {
    try {
      return write(request, key, applyJsonPatch(found, operations));
    } catch (error) {
      return status(422, (error as Error).message, 'Invalid');
    }
  }

  const standIn: CalicoStandIn = {
    objects,
    writes,
    fault: null,
    behave(request, response) {
      const { fault } = standIn;
      if (!fault || request.method === 'GET') return answer(request)(request, response);
      standIn.fault = null;
      return fault(request, response);
    },
    disturb(key, change) {
      const found = objects.get(key);
      const changed = found ? change(found) : null;
      if (changed) objects.set(key, stored(changed));
      else objects.delete(key);
    },
    content(key) {
      const found = objects.get(key);
      if (!found) return undefined;
      const { uid: _, resourceVersion: __, ...metadata } = found.metadata;
      return { ...found, metadata };
    },
  };
  return standIn;
}

function isDryRun({ url, body }: Received): boolean {
  return /[?&]dryRun=All/.test(url) || /"dryRun":\["All"\]/.test(body);
}
