import type { Plan } from './action.ts';

/** What may differ in plans that do the same. */
const INESSENTIAL = new Set([
  // Which run does it, and when.
  ...['runId', 'by', 'at'],
  // The other addresses of the list that a release would put its own back into.
  'was',
  // Of a verification: who may be asked, and what may be expected, at that moment.
  ...['neighbours', 'noEndpoints'],
  // Whether it is the first or the last record of its node: the node decides by those it has then,
  // and other runs may have come first. A title says nothing else that its action does not.
  ...['restore', 'title'],
]);

/** Whether both plans do the same. */
export function samePlan(a: Plan, b: Plan): boolean {
  return essence(a) === essence(b);
}

function essence({ changes, steps }: Plan): string {
  return JSON.stringify({ changes, steps }, (key, value) =>
    INESSENTIAL.has(key) ? undefined : value,
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
