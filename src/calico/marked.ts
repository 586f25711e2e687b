import { GUARD_ANNOTATION, GUARDED_LABEL } from './change.ts';
import { guardMarkText } from './guard-mark.ts';

type Strings = Readonly<Record<string, string>>;

/** The labels and annotations of an object; absent where there are none. */
export interface Marked {
  labels?: Strings;
  annotations?: Strings;
}

/**
 * The labels and annotations of somebody else's host endpoint that carries our mark for these addresses; of
 * none: without it. Nothing else of them changes, and a map with nothing left in it goes.
 */
export function marked(
  { labels, annotations }: { labels?: Strings | null; annotations?: Strings | null },
  ips: readonly string[],
): Marked {
  if (ips.length > 0) {
    return {
      labels: { ...labels, [GUARDED_LABEL]: 'true' },
      annotations: { ...annotations, [GUARD_ANNOTATION]: guardMarkText(ips) },
    };
  }
  const { [GUARDED_LABEL]: _label, ...otherLabels } = labels ?? {};
  const { [GUARD_ANNOTATION]: _annotation, ...otherAnnotations } = annotations ?? {};
  return {
    ...(Object.keys(otherLabels).length > 0 && { labels: otherLabels }),
    ...(Object.keys(otherAnnotations).length > 0 && { annotations: otherAnnotations }),
  };
}
