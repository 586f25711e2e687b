import type { Ip } from '../../ip.ts';
import type { IpSet } from '../node-network.ts';
import { type ElementIndex, indexElements, keyOf } from './index-elements.ts';

/** What of a packet is compared with a part of an element; `unknown`: the packet does not say. */
export type Key = { ip: Ip } | { text: string } | 'unknown';

/**
 * Whether a set holds a packet's keys. The element with the longest prefixes decides; where that is
 * `nomatch`, the set says no (kernel 6.1, net/netfilter/ipset/ip_set_hash_gen.h mtype_test_cidrs).
 * undefined: not known.
 */
export function isInSet(set: IpSet, keys: readonly Key[]): boolean | undefined {
  const index = indexElements(set);
  if (!index) return undefined;
  const known = keys.filter((key) => key !== 'unknown');
  return known.length === keys.length ? lookUp(index, known) : orImpossible(index, keys);
}

function lookUp({ prefixes, byKey }: ElementIndex, keys: readonly Exclude<Key, 'unknown'>[]) {
  for (const lengths of prefixes) {
    const element = byKey.get(keyOf(keys, lengths));
    if (element) return !element.nomatch;
  }
  return false;
}

/** No, where no element fits what is known. */
function orImpossible({ elements }: ElementIndex, keys: readonly Key[]): false | undefined {
  const possible = elements.some(({ parts, nomatch }) =>
    parts.every((part, at) => {
      const key = keys[at];
      if (key === undefined || key === 'unknown') return true;
      const prefix = 'ip' in part ? [part.prefix] : [];
      return keyOf([part], prefix) === keyOf([key], prefix) && !nomatch;
    }),
  );
  return possible ? undefined : false;
}
