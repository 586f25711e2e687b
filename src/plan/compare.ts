import type { Plan } from './action.ts';

/**
 * Whether both plans do the same. Which run does it, and when, does not count, nor do the other
 * addresses of the list that a release would put its own back into.
 */
export function samePlan(a: Plan, b: Plan): boolean {
  return essence(a) === essence(b);
}

function essence({ changes, steps }: Plan): string {
  return JSON.stringify({ changes, steps }, (key, value) =>
    ['runId', 'at', 'by', 'was'].includes(key) ? undefined : value,
  );
}

/** What the second plan does otherwise than the first, a line each, for a person. */
export function planChanges(before: Plan, after: Plan): string[] {
  const titles = (plan: Plan) => new Set(plan.steps.map(({ title }) => title));
  const [old, now] = [titles(before), titles(after)];
  const changes = [
    ...[...now].filter((title) => !old.has(title)).map((title) => `now also: ${title}`),
    ...[...old].filter((title) => !now.has(title)).map((title) => `no longer: ${title}`),
  ];
  return changes.length > 0 ? changes : ['the records that it starts from'];
}
