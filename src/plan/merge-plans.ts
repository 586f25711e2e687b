import type { Plan } from './action.ts';

/** Several plans as one; where there are several, each step's id says which address it is about. */
export function mergePlans(plans: readonly Plan[]): Plan {
  const [only, ...more] = plans;
  if (only && more.length === 0) return only;
  const named = ({ changes, steps }: Plan) =>
    steps.map((step) => ({ ...step, id: `${changes[0]?.ip}/${step.id}` }));
  return {
    changes: plans.flatMap(({ changes }) => changes),
    steps: plans.flatMap(named),
    warnings: [...new Set(plans.flatMap(({ warnings }) => warnings))],
  };
}
