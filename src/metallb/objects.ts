import * as z from 'zod/mini';
import { Name } from '../snapshot/names.ts';
import type { ApiObject } from '../snapshot/trim.ts';
import { LabelSelector } from './selects.ts';

/** MetalLB's objects (api/v1beta1, 0.15), as far as extip reads them; in a snapshot a stranger's input. */
const names = z.nullish(z.array(z.string()));
const selectors = z.nullish(z.array(LabelSelector));
const metadata = z.looseObject({
  name: Name,
  namespace: z.nullish(Name),
  labels: z.nullish(z.record(z.string(), z.string())),
});

const IPAddressPool = z.looseObject({
  metadata,
  spec: z.looseObject({
    addresses: names,
    autoAssign: z.nullish(z.boolean()),
    avoidBuggyIPs: z.nullish(z.boolean()),
    serviceAllocation: z.nullish(
      z.looseObject({
        namespaces: names,
        namespaceSelectors: selectors,
        serviceSelectors: selectors,
      }),
    ),
  }),
});
export type IPAddressPool = z.infer<typeof IPAddressPool>;

/** An L2Advertisement or a BGPAdvertisement. */
const Advertisement = z.looseObject({
  kind: z.enum(['L2Advertisement', 'BGPAdvertisement']),
  metadata,
  spec: z.nullish(
    z.looseObject({
      ipAddressPools: names,
      ipAddressPoolSelectors: selectors,
      nodeSelectors: selectors,
    }),
  ),
});
export type Advertisement = z.infer<typeof Advertisement>;

/** The objects that are as MetalLB has them, and whether all are. */
export interface Validated<T> {
  items: T[];
  areAll: boolean;
}

export function readPoolObjects(items: readonly ApiObject[]): Validated<IPAddressPool> {
  return validated(items, IPAddressPool);
}

export function readAdvertisements(items: readonly ApiObject[]): Validated<Advertisement> {
  return validated(items, Advertisement);
}

function validated<T>(items: readonly ApiObject[], form: z.ZodMiniType<T>): Validated<T> {
  const parsed = items.map((item) => form.safeParse(item));
  return {
    items: parsed.flatMap((one) => (one.success ? [one.data] : [])),
    areAll: parsed.every(({ success }) => success),
  };
}
