import { fromValue, type Ip, parseIp } from '../../../ip.ts';
import { memberOf, noted } from '../../changes.ts';
import type { Packet } from '../../packet.ts';
import { anew, ask, wasSeenRecently } from '../../questions.ts';
import type { Answer, Fork } from '../../rules.ts';
import { decide } from '../condition.ts';
import type { MatchModel } from '../model.ts';
import type { Option } from '../rule-syntax.ts';
import { Malformed } from '../words.ts';

/**
 * A list (/proc/net/xt_recent) that no dump holds: what the packet's own way enters and takes out is
 * known, the rest is asked for (recent_mt, net/netfilter/xt_recent.c, Linux 6.18). --set always says
 * yes; --update enters anew what it finds, and inverted what is there and not found.
 */
export const recent: MatchModel = {
  options: {
    set: 0,
    rcheck: 0,
    update: 0,
    remove: 0,
    seconds: 1,
    reap: 0,
    hitcount: 1,
    rttl: 0,
    name: 1,
    rsource: 0,
    rdest: 0,
    mask: 1,
  },
  conditions: ({ options, column }) => {
    const mode = options.find(({ name }) => name in MODES);
    const answer = mode && MODES[mode.name];
    if (!answer) return null;
    const list = readList(options, column);
    return [(packet) => answer(packet, list, mode.inverted)];
  },
};

interface List {
  name: string;
  /** The packet's element. */
  elementOf: (packet: Packet) => Ip;
  /** What is asked of it besides that it is there. */
  condition: string;
  /** Whatever was entered just now fulfils the condition. */
  takesTheLatest: boolean;
}

const MODES: Readonly<Record<string, (packet: Packet, list: List, inverted: boolean) => Answer>> = {
  set: (packet, list, inverted) => change(packet, list, 'in', !inverted),
  rcheck: (packet, list, inverted) => decide(isListed(packet, list), (yes) => yes !== inverted),
  update: (packet, list, inverted) =>
    decide(isListed(packet, list), (yes) => {
      if (yes !== inverted) return yes ? change(packet, list, 'in', true) : update(packet, list);
      return false;
    }),
  remove: (packet, list, inverted) =>
    decide(isListed(packet, list), (yes) =>
      yes ? change(packet, list, 'out', !inverted) : inverted,
    ),
};

function change(
  packet: Packet,
  list: List,
  now: 'in' | 'out',
  yes: boolean,
  element: string | null = list.elementOf(packet).text,
): Answer {
  const after = noted(packet, `recent ${list.name}`, element, now);
  return { kind: 'change', action: 'set', effect: null, packet: after, isNo: !yes };
}

/** `! --update`: what is there, but does not fulfil the condition, is entered anew. */
function update(packet: Packet, list: List): Answer {
  return list.condition === '' || change(packet, list, 'in', true, null);
}

function isListed(packet: Packet, list: List): boolean | Fork {
  const ip = list.elementOf(packet);
  const settled = memberOf(packet, `recent ${list.name}`, ip.text);
  if (settled === 'out') return false;
  if (settled === 'in' && list.takesTheLatest) return true;
  const question = wasSeenRecently(ip, list.name, list.condition);
  return ask(settled === undefined ? question : anew(question));
}

function readList(options: readonly Option[], column: number): List {
  const value = (wanted: string) => options.find(({ name }) => name === wanted)?.values[0]?.text;
  const has = (wanted: string) => options.some(({ name }) => name === wanted);
  const maskText = value('mask');
  const mask = maskText === undefined ? null : parseIp(maskText);
  if (maskText !== undefined && !mask) throw new Malformed(column, `not a mask: ${maskText}`);
  const hits = value('hitcount');
  const condition = [
    value('seconds') ? ` within ${value('seconds')} s` : '',
    hits ? ` at least ${hits} times` : '',
    has('rttl') ? ' with the same TTL' : '',
  ];
  return {
    name: value('name') ?? 'DEFAULT',
    elementOf: ({ source, destination }) => {
      const ip = has('rdest') ? destination : source;
      return mask ? fromValue(ip.family, ip.value & mask.value) : ip;
    },
    condition: condition.join(''),
    takesTheLatest: Number(hits ?? 1) <= 1 && !has('rttl'),
  };
}
