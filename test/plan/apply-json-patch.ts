import assert from 'node:assert/strict';
import type { JsonPatchOperation } from '../../src/plan/service-patch.ts';
import type { Service } from '../../src/snapshot/kubernetes.ts';

/** Applies a JSON patch strictly by RFC 6902, for the operations that extip uses. */
export function applyJsonPatch<T>(document: T, operations: readonly JsonPatchOperation[]): T {
  const root = { document: structuredClone(document) as unknown };
  for (const { op, path, value } of operations) {
    const keys = ['document', ...path.split('/').slice(1)].map(unescapeKey);
    const last = keys.pop() ?? '';
    const parent = keys.reduce<unknown>((object, key) => member(object, key, path), root);
    assert.ok(typeof parent === 'object' && parent !== null, `${path} has no parent`);
    if (op === 'test') assert.deepEqual(member(parent, last, path), value, `test of ${path}`);
    else if (op === 'add') add(parent, last, value);
    else remove(parent, last, path);
  }
  return root.document as T;
}

/** A Service as the API server stores a patched one: nothing empty, a new resourceVersion. */
export function patchedByServer(
  service: Service,
  operations: readonly JsonPatchOperation[],
): Service {
  const { metadata, spec, ...rest } = applyJsonPatch(service, operations);
  if (Object.keys(metadata.annotations ?? {}).length === 0) delete metadata.annotations;
  if ((spec.externalIPs ?? []).length === 0) delete spec.externalIPs;
  metadata.resourceVersion = `${Number(metadata.resourceVersion) + 1}`;
  return { ...rest, metadata, spec };
}

function unescapeKey(key: string): string {
  return key.replaceAll('~1', '/').replaceAll('~0', '~');
}

function member(object: unknown, key: string, path: string): unknown {
  assert.ok(typeof object === 'object' && object !== null, `${path} does not exist`);
  assert.ok(Object.hasOwn(object, key), `${path} does not exist`);
  return (object as Record<string, unknown>)[key];
}

function add(parent: object, key: string, value: unknown): void {
  if (!Array.isArray(parent)) (parent as Record<string, unknown>)[key] = value;
  else parent.splice(key === '-' ? parent.length : Number(key), 0, value);
}

function remove(parent: object, key: string, path: string): void {
  member(parent, key, path);
  if (Array.isArray(parent)) parent.splice(Number(key), 1);
  else delete (parent as Record<string, unknown>)[key];
}
