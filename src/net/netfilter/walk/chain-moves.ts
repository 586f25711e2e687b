import type { Verdict } from '../rules.ts';
import { end } from './end.ts';
import type { Ground, Move } from './move.ts';
import { applyNat } from './nat.ts';
import type { Action, Phase } from './result.ts';
import type { ChainPlace, Frame, Place, State } from './state.ts';

type Record = (action: Action, effect: string | null) => Phase;

/** What a rule's verdict does. The state stands at the rule, in its chain. */
export function applyVerdict(verdict: Verdict, state: State, ground: Ground, record: Record): Move {
  const { place } = state;
  if (place.kind !== 'chain') throw new Error(`no chain at ${place.kind}`);
  const { frame } = place;
  const nextRule: Frame = { ...frame, index: frame.index + 1 };
  switch (verdict.kind) {
    case 'accept':
      record('accept', null);
      return leaveBaseChain(state, place);
    case 'drop':
      return end(state, 'dropped', 'rule', ground, { by: record('drop', null) });
    case 'reject': {
      const by = record('reject', verdict.with);
      return end(state, 'rejected', 'rule', ground, { by, rejectWith: verdict.with });
    }
    case 'queue':
    case 'stolen':
      return end(state, 'undetermined', verdict.kind, ground, {
        by: record(verdict.kind, verdict.what),
      });
    case 'continue':
      record('continue', null);
      return { kind: 'go', state: inFrame(state, place, nextRule) };
    case 'return':
      record('return', null);
      return returnToCaller(state, place, ground, record);
    case 'jump':
    case 'goto':
      return enterChain(verdict.kind, verdict.chain, state, place, nextRule, ground, record);
    case 'dnat':
    case 'snat':
    case 'netmap':
    case 'masquerade':
    case 'redirect':
      return applyNat(verdict, state, place, ground, record);
  }
}

/** Behind a chain's last rule. */
export function endOfChain(state: State, ground: Ground, record: Record): Move {
  const { place } = state;
  if (place.kind !== 'chain') throw new Error(`no chain at ${place.kind}`);
  if (place.frame.caller) record('chain-end', null);
  return returnToCaller(state, place, ground, record);
}

/** In a base chain, RETURN and the end alike mean its policy. */
function returnToCaller(state: State, place: ChainPlace, ground: Ground, record: Record): Move {
  const { caller } = place.frame;
  if (caller) return { kind: 'meet', state: inFrame(state, place, caller) };
  const { policy } = place.entry.base;
  const by = record('policy', policy);
  return policy === 'drop'
    ? end(state, 'dropped', 'policy', ground, { by })
    : leaveBaseChain(state, place);
}

/** Accepted by this base chain: on to the hook's next entry. */
function leaveBaseChain(state: State, { hook, entry, rest, before }: ChainPlace): Move {
  // A chain of type route looks the route up again after a change
  // (net/netfilter/nft_chain_route.c; net/ipv4/netfilter/iptable_mangle.c).
  const { packet } = state;
  const isChanged =
    packet.mark !== before.mark ||
    packet.source.value !== before.source.value ||
    packet.destination.value !== before.destination.value;
  const reroutes = entry.base.type === 'route' && hook === 'output' && isChanged;
  const next: Place = reroutes
    ? { kind: 'route-output', again: true, rest }
    : { kind: 'hook', hook, rest };
  return { kind: 'go', state: { ...state, place: next } };
}

function enterChain(
  kind: 'jump' | 'goto',
  name: string,
  state: State,
  place: ChainPlace,
  nextRule: Frame,
  ground: Ground,
  record: Record,
): Move {
  const by = record(kind, name);
  const chain = place.entry.table.chain(name);
  if (!chain) return end(state, 'undetermined', 'missing-chain', ground, { by });
  for (let before = place.frame.entered as Frame['entered'] | null; before; ) {
    if (before.chain === name) return end(state, 'undetermined', 'loop', ground, { by });
    before = before.before;
  }
  const frame: Frame = {
    chain,
    index: 0,
    resume: null,
    // A chain that was entered by goto returns to where its predecessor was called.
    caller: kind === 'jump' ? nextRule : place.frame.caller,
    entered: { chain: name, before: place.frame.entered },
  };
  return { kind: 'go', state: inFrame(state, place, frame) };
}

function inFrame(state: State, place: ChainPlace, frame: Frame): State {
  return { ...state, place: { ...place, frame } };
}
