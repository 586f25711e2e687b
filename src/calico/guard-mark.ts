import * as z from 'zod/mini';
import { parseIp } from '../net/ip.ts';
import { GUARD_ANNOTATION, OWNER_LABEL } from './change.ts';
import type { HostEndpoint } from './objects.ts';

/**
 * At most so many addresses on one interface: more would not be read back. As IPv6 they have 86 kB, and
 * `kubectl apply`, by which a node takes a guard back, writes them twice; the API server takes 256 KiB of
 * annotations (TotalAnnotationSizeLimitB, apimachinery).
 */
export const MOST_ADDRESSES = 2048;

const names = z.record(z.string(), z.string());

/** What stands on a host endpoint that takes part in a guard. */
const GuardMark = z.strictObject({
  version: z.literal(1),
  /** The guarded addresses, in order. */
  ips: z
    .array(z.string().check(z.refine((text) => parseIp(text)?.text === text)))
    .check(z.maxLength(MOST_ADDRESSES)),
  /** What our endpoint took over from the one that governed the interface before it. */
  copied: z.optional(
    z.strictObject({ from: z.string(), labels: names, profiles: z.array(z.string()) }),
  ),
});
export type GuardMark = z.infer<typeof GuardMark>;

/** What the annotation on a host endpoint says; null where there is none that extip wrote. */
export function guardMark({ metadata }: Pick<HostEndpoint, 'metadata'>): GuardMark | null {
  const text = metadata.annotations?.[GUARD_ANNOTATION];
  if (text === undefined) return null;
  try {
    const parsed = GuardMark.safeParse(JSON.parse(text));
    return parsed.success ? parsed.data : null;
  } catch {
    return null;
  }
}

/** The annotation's text. */
export function guardMarkText(ips: readonly string[], copied?: GuardMark['copied']): string {
  return JSON.stringify({ version: 1, ips: [...ips].sort(), ...(copied && { copied }) });
}

/** Whether extip made the object, and may change and delete it. */
export function isOurs({ metadata }: { metadata: HostEndpoint['metadata'] }): boolean {
  return Object.hasOwn(metadata.labels ?? {}, OWNER_LABEL);
}
