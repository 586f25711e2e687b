import { connmark, mark } from './mark.ts';
import type { TargetModel } from './model.ts';
import { dnat, masquerade, redirect, snat } from './nat.ts';
import { netmap } from './netmap.ts';
import { ct, notrack } from './notrack.ts';
import { reject } from './reject.ts';
import { set } from './set.ts';
import { log, nflog, rewriting, ulog } from './side-effects.ts';
import { accept, drop, giveBack, handedOver } from './verdicts.ts';

/** Targets of iptables 1.8.9 (extensions/libxt_*.c, libipt_*.c, libip6t_*.c). */
const TARGETS: ReadonlyMap<string, TargetModel> = new Map([
  ['ACCEPT', accept],
  ['DROP', drop],
  ['RETURN', giveBack],
  ['REJECT', reject],
  ['DNAT', dnat],
  ['SNAT', snat],
  ['MASQUERADE', masquerade],
  ['REDIRECT', redirect],
  ['NETMAP', netmap],
  ['MARK', mark],
  ['CONNMARK', connmark],
  ['NOTRACK', notrack],
  ['CT', ct],
  ['LOG', log],
  ['NFLOG', nflog],
  ['ULOG', ulog],
  ['TRACE', log],
  ['QUEUE', handedOver('queue', {})],
  ['NFQUEUE', handedOver('queue', {})],
  ['SET', set],
  ['DSCP', rewriting('tos')],
  ['ECN', rewriting('tos')],
  ['HL', rewriting('ttl')],
  ['TCPMSS', rewriting('tcp options')],
  ['TCPOPTSTRIP', rewriting('tcp options')],
  ['TOS', rewriting('tos')],
  ['TTL', rewriting('ttl')],
  ...[
    'AUDIT',
    'CHECKSUM',
    'CLASSIFY',
    'CONNSECMARK',
    'IDLETIMER',
    'LED',
    'RATEEST',
    'SECMARK',
    'TEE',
  ].map((name) => [name, rewriting()] as const),
  ...['CLUSTERIP', 'DNPT', 'HMARK', 'MIRROR', 'SNPT', 'SYNPROXY', 'TARPIT', 'TPROXY'].map(
    (name) => [name, handedOver('stolen', {})] as const,
  ),
]);

/** undefined: no target of iptables, so a chain of the user's. */
export function targetModel(name: string): TargetModel | undefined {
  return TARGETS.get(name);
}

/** How many words follow an option of a target; undefined: it has no such option, or is not known. */
export function valuesOfTargetOption(target: string, option: string): number | undefined {
  return TARGETS.get(target)?.options[option];
}
