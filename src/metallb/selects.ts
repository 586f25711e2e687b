import * as z from 'zod/mini';

/** Kubernetes' LabelSelector. */
export const LabelSelector = z.looseObject({
  matchLabels: z.nullish(z.record(z.string(), z.string())),
  matchExpressions: z.nullish(
    z.array(
      z.looseObject({
        key: z.string(),
        operator: z.enum(['In', 'NotIn', 'Exists', 'DoesNotExist']),
        values: z.nullish(z.array(z.string())),
      }),
    ),
  ),
});
export type LabelSelector = z.infer<typeof LabelSelector>;

type Labels = Readonly<Record<string, string>> | null | undefined;

/** Whether the labels are as the selector asks, all of it; an empty one takes any. */
export function selects({ matchLabels, matchExpressions }: LabelSelector, labels: Labels): boolean {
  const own = new Map(Object.entries(labels ?? {}));
  return (
    Object.entries(matchLabels ?? {}).every(([key, value]) => own.get(key) === value) &&
    (matchExpressions ?? []).every((one) => isSo(one, own.get(one.key)))
  );
}

type Requirement = NonNullable<LabelSelector['matchExpressions']>[number];

/** NotIn takes what has no such label, too. */
function isSo({ operator, values }: Requirement, value: string | undefined): boolean {
  const isThere = value !== undefined;
  if (operator === 'Exists') return isThere;
  if (operator === 'DoesNotExist') return !isThere;
  return (isThere && (values ?? []).includes(value)) === (operator === 'In');
}

/** Whether any of them does. */
export function anySelects(selectors: readonly LabelSelector[], labels: Labels): boolean {
  return selectors.some((selector) => selects(selector, labels));
}
