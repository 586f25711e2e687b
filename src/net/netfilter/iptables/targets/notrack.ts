import { attachTemplate, type ZoneDirection } from '../../attach-template.ts';
import { leaveUntracked } from '../../leave-untracked.ts';
import { printExtension } from '../print-extension.ts';
import type { Option } from '../rule-syntax.ts';
import { readNumber, valueAt } from '../values.ts';
import { Malformed } from '../words.ts';
import { optionOf, type TargetModel } from './model.ts';

export const notrack: TargetModel = { options: {}, step: () => leaveUntracked };

const ZONES: Readonly<Record<string, ZoneDirection>> = {
  zone: 'both',
  'zone-orig': 'original',
  'zone-reply': 'reply',
};

/** CT: helpers, events and timeouts are nothing that a first packet meets again; zones are. */
export const ct: TargetModel = {
  options: {
    notrack: 0,
    helper: 1,
    ctevents: 1,
    expevents: 1,
    timeout: 1,
    ...Object.fromEntries(Object.keys(ZONES).map((name) => [name, 1])),
  },
  step: (extension) => {
    if (optionOf(extension, 'notrack')) return leaveUntracked;
    const option = extension.options.find(({ name }) => name in ZONES);
    const zone = option ? readZone(option) : 0;
    const direction = ZONES[option?.name ?? ''] ?? 'both';
    const effect = printExtension(extension).replace('-j ', '');
    return (packet) =>
      attachTemplate(packet, zone === 'mark' ? packet.mark & 0xffff : zone, direction, effect);
  },
};

/** A number of 16 bits, or `mark`: the lower half of the packet's (libxt_CT.c, iptables 1.8.9). */
function readZone({ values }: Option): number | 'mark' {
  const word = valueAt(values, 0);
  const zone = word.text === 'mark' ? 'mark' : readNumber(word.text, 0xffff);
  if (zone === null) throw new Malformed(word.column, `not a zone: ${word.text}`);
  return zone;
}
