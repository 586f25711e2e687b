import type { ChalkInstance } from 'chalk';
import type { AssignmentState, ListedAssignment } from '../list/assignments.ts';
import { ageOf } from './age.ts';
import { type Column, table } from './table.ts';

/** The external IPs as kubectl would show them; `wide` adds what is wrong and what mends it. */
export function assignmentTable(
  items: readonly ListedAssignment[],
  options: { namespace: boolean; wide: boolean; headers: boolean; colors: ChalkInstance },
): string {
  const now = new Date();
  const columns: Column<ListedAssignment>[] = [
    ...(options.namespace ? [{ header: 'NAMESPACE', value: namespaceOf }] : []),
    { header: 'SERVICE', value: ({ service }) => service ?? '' },
    { header: 'IP', value: ({ ip }) => ip ?? '' },
    { header: 'PORTS', value: portsOf },
    { header: 'NODE', value: ({ node }) => node ?? '' },
    { header: 'INTERFACE', value: (item) => item.interface ?? '' },
    {
      header: 'STATE',
      value: ({ state }) => state,
      style: (text, { state }) => paint(state, options.colors)(text),
    },
    { header: 'AGE', value: ({ assignedAt }) => ageOf(assignedAt ?? undefined, now) },
    ...(options.wide
      ? [
          { header: 'GUARD', value: guardOf },
          { header: 'PERSISTENCE', value: (item: ListedAssignment) => item.persistence ?? '' },
          { header: 'BY', value: (item: ListedAssignment) => item.by ?? '' },
        ]
      : []),
    { header: 'PROBLEM', value: ({ problems }) => problems.join('; ') },
    ...(options.wide
      ? [{ header: 'HELP', value: (item: ListedAssignment) => item.fix ?? '' }]
      : []),
  ];
  return table(columns, items, { headers: options.headers });
}

function namespaceOf({ namespace }: ListedAssignment): string {
  return namespace ?? '';
}

function portsOf({ ports }: ListedAssignment): string {
  return ports.map(({ port, protocol }) => `${port}/${protocol}`).join(',');
}

/** Who is let in; empty: there is no guard. */
function guardOf({ guard }: ListedAssignment): string {
  return guard ? (guard.sources?.join(',') ?? 'everybody') : '';
}

function paint(state: AssignmentState, colors: ChalkInstance): (text: string) => string {
  if (state === 'assigned') return colors.green;
  return state === 'unmanaged' || state === 'unknown' ? colors.yellow : colors.red;
}
