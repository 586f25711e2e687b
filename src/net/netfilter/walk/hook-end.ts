import type { Hook } from '../rules.ts';
import { arriveHere, leaveNode } from './arrival.ts';
import { type Ground, kernelPhase, type Move } from './move.ts';
import type { State } from './state.ts';

/** Where a packet goes that every chain of a hook has let pass. */
export function afterHook(state: State, hook: Hook, ground: Ground): Move {
  switch (hook) {
    case 'prerouting':
      // What was made here and came over lo is routed already (skb_valid_dst, net/ipv4/ip_input.c).
      if (!state.fromNode)
        return { kind: 'go', state: { ...state, place: { kind: 'route-input' } } };
      return goTo('input', state, ground);
    case 'input':
      return arriveHere(state, ground);
    case 'forward':
    case 'output':
      return goTo('postrouting', state, ground);
    case 'postrouting':
      return state.fromNode && state.packet.outInterface === 'lo'
        ? overLoopback(state, ground)
        : leaveNode(state, ground);
  }
}

/** On to the first entry of another hook. */
export function goTo(hook: Hook, state: State, ground: Ground): Move {
  return {
    kind: 'meet',
    state: { ...state, place: { kind: 'hook', hook, rest: ground.entries[hook] } },
  };
}

/**
 * An entry is confirmed behind the last hook, by a packet of its original direction alone: here that
 * is before it comes in (__nf_conntrack_confirm, net/netfilter/nf_conntrack_core.c, Linux 6.18). What
 * has none is looked up once more.
 */
function overLoopback(state: State, ground: Ground): Move {
  ground.record(kernelPhase(null, 'loopback', null));
  const { connection } = state.packet;
  const { state: known } = connection;
  const confirmed = connection.confirmed || connection.direction === 'original';
  const packet = {
    ...state.packet,
    inInterface: 'lo',
    outInterface: null,
    connection: {
      ...connection,
      state: known === 'invalid' ? ('none' as const) : known,
      confirmed,
    },
  };
  return goTo('prerouting', { ...state, packet }, ground);
}
