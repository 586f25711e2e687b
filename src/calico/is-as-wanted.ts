import { isDeepStrictEqual } from 'node:util';
import type { OwnObject } from './change.ts';

/** What of an object decides whether it is as it is to be. */
export interface Content {
  metadata: { labels?: TextByKey | null; annotations?: TextByKey | null };
  spec: object;
}
type TextByKey = Readonly<Record<string, string>>;

/**
 * Whether a stored object has our labels and no other ones, our annotations, and our spec. The server adds
 * the tier, which is `default` for all of ours, and writes out what is empty: `source: {}` of a rule for any
 * source (Source is no pointer, api/pkg/apis/projectcalico/v3, 3.28).
 */
export function isAsWanted({ metadata, spec }: Content, wanted: OwnObject): boolean {
  const labels = { 'projectcalico.org/tier': 'default' };
  return (
    isDeepStrictEqual({ ...labels, ...metadata.labels }, { ...labels, ...wanted.labels }) &&
    isDeepStrictEqual(ours(metadata.annotations), ours(wanted.annotations)) &&
    isDeepStrictEqual(written(spec), written(wanted.spec))
  );
}

/** Other programs' annotations on an object of ours change nothing and stay. */
export function othersAnnotations({ metadata }: Content): TextByKey {
  return pick(metadata.annotations, (key) => !isOurs(key));
}

function ours(annotations: TextByKey | null | undefined): TextByKey {
  return pick(annotations, isOurs);
}

function isOurs(key: string): boolean {
  return key.startsWith('extip.dev/');
}

function pick(map: TextByKey | null | undefined, wanted: (key: string) => boolean): TextByKey {
  return Object.fromEntries(Object.entries(map ?? {}).filter(([key]) => wanted(key)));
}

function written(spec: object): unknown {
  return withoutEmpty({ tier: 'default', ...spec });
}

function withoutEmpty(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutEmpty);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .map(([key, inner]) => [key, withoutEmpty(inner)] as const)
      .filter(([, inner]) => !isEmpty(inner)),
  );
}

function isEmpty(value: unknown): boolean {
  if (value === undefined || value === null) return true;
  return typeof value === 'object' && Object.keys(value).length === 0;
}
