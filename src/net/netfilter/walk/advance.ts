import type { Hook } from '../rules.ts';
import { track } from './conntrack.ts';
import { afterHook } from './hook-end.ts';
import { type HookEntry, oneEntry, type SlotEntry, type UnorderedEntry } from './hooks.ts';
import type { Ground, Move } from './move.ts';
import { endNatHook, startNatHook } from './nat-hook.ts';
import { routeInput } from './route-input.ts';
import { routeOutput } from './route-output.ts';
import type { Place, State } from './state.ts';
import { takenAway } from './taken-away.ts';
import { enterBaseChain, traverse } from './traverse.ts';

/** The kernel's next act on a packet. */
export function advance(state: State, ground: Ground): Move {
  const { place } = state;
  switch (place.kind) {
    case 'ebpf':
      return (
        takenAway('ebpf', state, ground) ?? { kind: 'go', state: { ...state, place: place.next } }
      );
    case 'route-input':
      return routeInput(state, ground);
    case 'route-output':
      return routeOutput(state, place, ground);
    case 'chain':
      return traverse(state, place, ground);
    case 'hook':
      return atHook(state, place, ground);
  }
}

function atHook(
  state: State,
  { hook, rest: [entry, ...rest] }: Place & { kind: 'hook' },
  ground: Ground,
): Move {
  const next: State = { ...state, place: { kind: 'hook', hook, rest } };
  switch (entry?.kind) {
    case undefined:
      return afterHook(state, hook, ground);
    case 'conntrack':
      return track(next, hook, ground);
    case 'nat':
      return startNatHook(next, hook, entry.chains, ground);
    case 'nat-end':
      return endNatHook(next, hook);
    case 'chain':
      return enterBaseChain(state, hook, entry, rest);
    case 'leave':
      return leaveBy(entry.outInterface, next);
    case 'unordered':
      return chooseFirst(state, hook, entry, rest, ground);
  }
}

function leaveBy(outInterface: string | undefined, state: State): Move {
  return { kind: 'go', state: { ...state, packet: { ...state.packet, outInterface } } };
}

/** Nobody knows which of these comes first: follows each. */
function chooseFirst(
  state: State,
  hook: Hook,
  { entries }: UnorderedEntry,
  rest: readonly HookEntry[],
  ground: Ground,
): Move {
  const names = entries.map(nameOf);
  const question = { text: `first at ${hook}: ${names.join(' or ')}`, settledBy: null };
  const branches = entries.map((first) => {
    const others = oneEntry(entries.filter((other) => other !== first));
    const place: Place = { kind: 'hook', hook, rest: [first, others, ...rest] };
    return { answer: nameOf(first), share: null, state: { ...state, place } };
  });
  const known = ground.answer(question);
  const answered = branches.find(({ answer }) => answer === known);
  return answered ? { kind: 'go', state: answered.state } : { kind: 'branch', question, branches };
}

function nameOf(entry: SlotEntry): string {
  if (entry.kind !== 'chain') return entry.kind === 'nat' ? 'NAT' : 'conntrack';
  const { table, base } = entry;
  return `${table.variant} ${table.family} ${table.name} ${base.name}`;
}
