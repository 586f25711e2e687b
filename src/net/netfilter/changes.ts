import type { Packet } from './packet.ts';

/**
 * What rules did on a packet's way that no other field of it shows. What was known of such a thing
 * before is not known behind it, or is known at last.
 */
export interface Changes {
  /** Header fields that were rewritten, each with everything that did, e.g. `ttl`, `TTL --ttl-dec 1`. */
  headers: ReadonlyMap<string, string>;
  /** Elements of sets and lists: entered, or taken out. */
  members: ReadonlyMap<string, 'in' | 'out'>;
}

export const UNCHANGED: Changes = { headers: new Map(), members: new Map() };

/** Rewrites a header field to something that the packet here does not hold. */
export function rewritten(packet: Packet, field: string, by: string): Packet {
  const { headers } = packet.changes;
  const all = [headers.get(field), by].filter((each) => each !== undefined).join(', ');
  const changes = { ...packet.changes, headers: new Map(headers).set(field, all) };
  return { ...packet, changes };
}

/** Enters an element in a list, or takes it out. null: one that is not known. */
export function noted(
  packet: Packet,
  list: string,
  element: string | null,
  now: 'in' | 'out',
): Packet {
  const members = new Map(packet.changes.members).set(memberKey(list, element), now);
  return { ...packet, changes: { ...packet.changes, members } };
}

/** Whether the packet's way settled it: in or out. null: something may have changed it. */
export function memberOf(
  { changes }: Packet,
  list: string,
  element: string | null,
): 'in' | 'out' | null | undefined {
  if (changes.members.size === 0) return undefined;
  // What is not known may be any element.
  if (changes.members.has(memberKey(list, null))) return null;
  return element === null ? undefined : changes.members.get(memberKey(list, element));
}

function memberKey(list: string, element: string | null): string {
  return element === null ? list : `${list} ${element}`;
}

/** Equal for equal changes that were made in the same order. */
export function changesKey({ headers, members }: Changes): string {
  return headers.size + members.size === 0 ? '' : [...headers, ...members].join(' ');
}
