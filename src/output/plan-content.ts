import type { Plan } from '../plan/action.ts';
import type { PlanDocument } from './documents.ts';

/** A plan as documents have it; `commands` holds one for each step, null where it does nothing. */
export function planContent(
  { changes, steps, warnings }: Plan,
  notes: string[],
  commands: readonly (string | null)[],
): Omit<PlanDocument, 'apiVersion' | 'kind'> {
  return {
    changes: changes.map(({ service, ...change }) => ({
      ...change,
      service: service && { namespace: service.namespace, name: service.name },
    })),
    steps: steps.map(({ id, title }, index) => ({ id, title, command: commands[index] ?? '' })),
    notes,
    warnings,
  };
}
