import { type MatchModel, perOption } from '../model.ts';
import { addrtype } from './addrtype.ts';
import { conntrack, state } from './conntrack.ts';
import { icmp, icmp6 } from './icmp.ts';
import { iprange } from './iprange.ts';
import { connmark, mark } from './mark.ts';
import { owner } from './owner.ts';
import { physdev } from './physdev.ts';
import { multiport, udp } from './ports.ts';
import { recent } from './recent.ts';
import { rpfilter } from './rpfilter.ts';
import { sctp } from './sctp.ts';
import { set } from './set.ts';
import { statistic } from './statistic.ts';
import { tcp } from './tcp.ts';

const comment = perOption({ comment: [1, () => () => true] });

/** It counts, and always says yes (kernel 6.1, net/netfilter/xt_nfacct.c, as long as there is no quota). */
const nfacct = perOption({ 'nfacct-name': [1, () => () => true] });

/** Not modelled, and with words that may look like options: iptables quotes only what it must. */
function textOption(name: string): MatchModel {
  return { options: { [name]: 1 }, conditions: () => null };
}

/**
 * The matches that are modelled. The others of iptables (see unmodelled.ts) look at what a walk's packet
 * or a dump does not hold.
 */
const MATCHES: ReadonlyMap<string, MatchModel> = new Map([
  ['addrtype', addrtype],
  ['comment', comment],
  ['connmark', connmark],
  ['conntrack', conntrack],
  ['helper', textOption('helper')],
  ['icmp', icmp],
  ['icmp6', icmp6],
  ['iprange', iprange],
  ['mark', mark],
  ['multiport', multiport],
  ['nfacct', nfacct],
  ['owner', owner],
  ['physdev', physdev],
  ['recent', recent],
  ['rpfilter', rpfilter],
  ['sctp', sctp],
  ['set', set],
  ['state', state],
  ['statistic', statistic],
  ['tcp', tcp],
  ['udp', udp],
]);

/** undefined: not modelled. */
export function matchModel(name: string): MatchModel | undefined {
  return MATCHES.get(name);
}

/** How many words follow an option of a match; undefined: it has no such option, or is not known. */
export function valuesOfMatchOption(match: string, option: string): number | undefined {
  return MATCHES.get(match)?.options[option];
}
