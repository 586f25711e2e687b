import { GUARD_ANNOTATION, GUARDED_LABEL } from './change.ts';
import { guardMarkText } from './guard-mark.ts';
import type { HostEndpoint } from './objects.ts';

type Metadata = Pick<HostEndpoint['metadata'], 'labels' | 'annotations'>;

/**
 * Labels and annotations of a host endpoint that carries our mark for these addresses; of none: no mark. A
 * map that has nothing left is left out, as the API leaves it out.
 */
export function marked({ labels, annotations }: Metadata, ips: readonly string[]): Metadata {
  const isMarked = ips.length > 0;
  return {
    ...given('labels', labels, GUARDED_LABEL, isMarked ? 'true' : null),
    ...given('annotations', annotations, GUARD_ANNOTATION, isMarked ? guardMarkText(ips) : null),
  };
}

function given(
  field: keyof Metadata,
  map: Metadata[keyof Metadata],
  key: string,
  value: string | null,
): Metadata {
  const { [key]: _, ...others } = map ?? {};
  const entries = value === null ? others : { ...others, [key]: value };
  return Object.keys(entries).length > 0 ? { [field]: entries } : {};
}
