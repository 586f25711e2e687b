import { isDeepStrictEqual } from 'node:util';
import type { JsonPatchOperation } from '../plan/service-patch.ts';
import type { StoredObject } from './stored-calico.ts';

type TextByKey = Readonly<Record<string, string>> | null | undefined;

/**
 * The JSON patch that gives an object these labels and annotations; it `test`s the resourceVersion that was
 * read first. Empty where nothing differs.
 */
export function metadataPatch(
  { metadata }: StoredObject,
  after: { labels?: TextByKey; annotations?: TextByKey },
): JsonPatchOperation[] {
  const operations = [
    ...mapPatch('/metadata/labels', metadata.labels, after.labels),
    ...mapPatch('/metadata/annotations', metadata.annotations, after.annotations),
  ];
  if (operations.length === 0) return [];
  const { resourceVersion } = metadata;
  return [{ op: 'test', path: '/metadata/resourceVersion', value: resourceVersion }, ...operations];
}

/** The whole map at once: with the resourceVersion nothing in it can have changed. */
function mapPatch(path: string, before: TextByKey, after: TextByKey): JsonPatchOperation[] {
  if (isDeepStrictEqual(before ?? {}, after ?? {})) return [];
  return [after ? { op: 'add', path, value: after } : { op: 'remove', path }];
}
