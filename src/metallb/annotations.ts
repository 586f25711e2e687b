import type { Service } from '../snapshot/kubernetes.ts';

const PREFIX = 'metallb.io';
/** Of 0.13 and before; newer ones still take it. */
const OLD_PREFIX = 'metallb.universe.tf';

const KEYS = [
  'address-pool',
  'loadBalancerIPs',
  'allow-shared-ip',
  'ip-allocated-from-pool',
] as const;

/** The annotations of Services that MetalLB goes by (controller/service.go, 0.15). */
export const METALLB_ANNOTATIONS: readonly string[] = [PREFIX, OLD_PREFIX].flatMap((prefix) =>
  KEYS.map((key) => `${prefix}/${key}`),
);

/** What the annotation says, by the newer name where there are both; empty: nothing. */
export function annotationOf(
  { metadata }: Pick<Service, 'metadata'>,
  key: (typeof KEYS)[number],
): string {
  const { annotations = {} } = metadata;
  return annotations[`${PREFIX}/${key}`] ?? annotations[`${OLD_PREFIX}/${key}`] ?? '';
}
