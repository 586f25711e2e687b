import { addressAndPort } from '../address-and-port.ts';
import type { Ip } from '../ip.ts';
import { type Fork, type Question, unknown } from './rules.ts';
import type { End } from './walk/result.ts';

/**
 * What a walk may have to ask. A fact is asked for in one way only, because a question that was
 * answered on a path is known by its text, and by what it goes by. Each is a statement, answered by
 * yes or no.
 */

/** The question as a whole statement: of the packet, or on the way of the answer of that. */
export function inWhole({ subject, text, settledBy }: Question, leg: End['leg']): Question {
  if (!subject) return { text, settledBy };
  if (leg === 'first') return { text: `the packet ${text}`, settledBy };
  // The flag says it of the packet that is asked about.
  const settles = settledBy === '--in-interface' ? 'ip-route.json' : settledBy;
  return { text: `the answer ${text}`, settledBy: settles };
}

export function isLocalAddress(ip: Ip): Question {
  return { text: `${ip.text} is an address of this node`, settledBy: '--local' };
}

export function isAddressOf(ip: Ip, interfaceName: string): Question {
  return { text: `${ip.text} is an address of ${interfaceName}`, settledBy: 'ip-addr.json' };
}

/** Of several that an interface has, the kernel takes the first. */
export function isFirstAddressOf(ip: Ip, interfaceName: string): Question {
  return { text: `${ip.text} is the first address of ${interfaceName}`, settledBy: 'ip-addr.json' };
}

/** `type` in lower case, e.g. `broadcast`, `unreachable`. */
export function hasAddressType(ip: Ip, type: string): Question {
  return { text: `the address type of ${ip.text} is ${type}`, settledBy: 'ip-route.json' };
}

export function isMasqueradedAs(ip: Ip): Question {
  return { text: `MASQUERADE gives it ${ip.text}`, settledBy: 'ip-addr.json' };
}

/** `what`: an address, a network or a range; of a packet whose address is not known. */
export function comesFrom(what: string): Question {
  return { subject: 'packet', text: `comes from ${what}`, settledBy: 'ip-addr.json' };
}

/** `what` as for `comesFrom`. */
export function goesTo(what: string): Question {
  return { subject: 'packet', text: `goes to ${what}`, settledBy: 'ip-addr.json' };
}

/** `pattern`: a name, or a beginning of one followed by `+`. */
export function comesInOn(pattern: string): Question {
  return { subject: 'packet', text: `comes in on ${pattern}`, settledBy: '--in-interface' };
}

/** `pattern` as for `comesInOn`. */
export function leavesOn(pattern: string): Question {
  return { subject: 'packet', text: `leaves on ${pattern}`, settledBy: 'ip-route.json' };
}

/** `pattern` as for `comesInOn`; null: any. */
export function leavesOnBridgePort(pattern: string | null): Question {
  const text = `leaves on the bridge port ${pattern ?? '(any)'}`;
  return { subject: 'packet', text, settledBy: null };
}

/** Taken to be so: what is bridged is not what a walk is asked about. */
export function isNotBridged(): Question {
  return {
    subject: 'packet',
    text: 'does not come in by a port of a bridge',
    settledBy: 'ip-link.json',
  };
}

export function isSourcePort(first: number, last: number): Question {
  return {
    subject: 'packet',
    text: `has the source port ${portRange(first, last)}`,
    settledBy: null,
  };
}

export function isDestinationPort(first: number, last: number): Question {
  return {
    subject: 'packet',
    text: `has the destination port ${portRange(first, last)}`,
    settledBy: null,
  };
}

function portRange(first: number, last: number): string {
  return first === last ? String(first) : `${first}-${last}`;
}

/** `value` as `ip route` has it, e.g. `0x10`. */
export function hasTypeOfService(value: string): Question {
  return { subject: 'packet', text: `has the type of service ${value}`, settledBy: null };
}

/** Which addresses and ports it serves only `ipvsadm` knows. */
export function servedByIpvs(ip: Ip, port: number | null | undefined): Question {
  return { text: `IPVS serves ${addressAndPort(ip.text, port || null)}`, settledBy: null };
}

export function handledByEbpf(): Question {
  return { text: 'eBPF programs handle the packet before these rules', settledBy: null };
}

/** `ip`: a multicast group. */
export function listensTo(ip: Ip): Question {
  return { text: `the node listens to ${ip.text}`, settledBy: null };
}

/** `what` as an element of the set is written, e.g. `10.0.0.1,tcp:80`. */
export function isInSet(what: string, set: string): Question {
  return { text: `${what} is in the ipset ${set}`, settledBy: '--ipset' };
}

/** `condition` e.g. ` within 10800 s`; empty: at any time. */
export function wasSeenRecently(ip: Ip, list: string, condition: string): Question {
  return { text: `${ip.text} was seen by the recent list ${list}${condition}`, settledBy: null };
}

export function returnsThrough(ip: Ip, interfaceName: string): Question {
  return { text: `${ip.text} is reached through ${interfaceName}`, settledBy: 'ip-route.json' };
}

/** Bits of the conntrack entry's status, e.g. `ASSURED`. */
export function hasConnectionStatus(status: string): Question {
  return { text: `the connection is ${status}`, settledBy: null };
}

/** A match that is not modelled, or whose fact no dump holds. `rule` is its literal text. */
export function matches(rule: string, goesBy?: Question['goesBy']): Question {
  return { subject: 'packet', text: `matches ${rule}`, settledBy: null, goesBy };
}

/** Of a list that was changed on the way, in a manner that does not settle it: asked anew each time. */
export function anew(question: Question): Question {
  return { ...question, goesBy: null };
}

/** What an answer to a question is known by; null: it is not kept. */
export function keyOf(question: Question, leg: End['leg']): string | null {
  const { text } = inWhole(question, leg);
  const { goesBy } = question;
  if (goesBy === undefined) return text;
  return goesBy === null ? null : `${text} (${goesBy})`;
}

/** Follows one answer alone, and gives that; the walk's result names the fact as assumed. */
export function take(question: Question, gives: boolean): Fork {
  return { kind: 'fork', question, branches: [{ answer: 'yes', share: null, gives }] };
}

/** Follows both answers. */
export function ask(question: Question): Fork {
  return unknown(question);
}
