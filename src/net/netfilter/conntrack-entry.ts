import type { Connection } from './packet.ts';

/** Whether the packet belongs to an entry of conntrack's; an invalid or untracked one does not. */
export function hasEntry({ state }: Connection): boolean {
  return state === 'new' || state === 'established' || state === 'related';
}
