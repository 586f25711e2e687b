import { hasEntry } from '../../conntrack-entry.ts';
import type { Packet } from '../../packet.ts';
import type { Answer, Step } from '../../rules.ts';
import type { Extension } from '../rule-syntax.ts';
import { readMarkMask, readNumber, valueAt } from '../values.ts';
import { Malformed, type Word } from '../words.ts';
import { optionOf, type TargetModel } from './model.ts';

/** What the bits of a mark become: `(old & ~mask) ^ value`. */
interface Bits {
  value: number;
  mask: number;
}

const SETTERS: Readonly<Record<string, (word: Word) => Bits>> = {
  'set-xmark': readMarkMask,
  'set-mark': (word) => {
    const { value, mask } = readMarkMask(word);
    return { value, mask: value | mask };
  },
  'and-mark': (word) => ({ value: 0, mask: ~readMarkMask(word).value }),
  'or-mark': (word) => ({ value: readMarkMask(word).value, mask: readMarkMask(word).value }),
  'xor-mark': (word) => ({ value: readMarkMask(word).value, mask: 0 }),
};

const SETTER_OPTIONS = Object.fromEntries(Object.keys(SETTERS).map((name) => [name, 1]));

/** Kernel 6.1, net/netfilter/xt_mark.c mark_tg; options as in iptables 1.8.9, libxt_MARK.c. */
export const mark: TargetModel = {
  options: SETTER_OPTIONS,
  step: (extension) => {
    const bits = setBits(extension);
    return bits && ((packet) => marked(packet, change(packet.mark, bits)));
  },
};

/**
 * Kernel 6.1, net/netfilter/xt_connmark.c connmark_tg_shift; options as in libxt_CONNMARK.c. Without
 * a conntrack entry it does nothing. Shifted marks are not modelled.
 */
export const connmark: TargetModel = {
  options: {
    ...SETTER_OPTIONS,
    'save-mark': 0,
    'restore-mark': 0,
    nfmask: 1,
    ctmask: 1,
    mask: 1,
  },
  step: (extension) => {
    const changed = connmarkStep(extension);
    return changed && ((packet, node) => !hasEntry(packet.connection) || changed(packet, node));
  },
};

function connmarkStep(extension: Extension): Step | null {
  const { nfmask, ctmask } = readMasks(extension);
  if (optionOf(extension, 'save-mark')) {
    return (packet) =>
      connmarked(
        packet,
        change(packet.connection.mark, { value: packet.mark & nfmask, mask: ctmask }),
      );
  }
  if (optionOf(extension, 'restore-mark')) {
    return (packet) =>
      marked(packet, change(packet.mark, { value: packet.connection.mark & ctmask, mask: nfmask }));
  }
  const bits = setBits(extension);
  return bits && ((packet) => connmarked(packet, change(packet.connection.mark, bits)));
}

function setBits({ options }: Extension): Bits | null {
  const [option, ...rest] = options;
  const setter = option && SETTERS[option.name];
  return setter && rest.length === 0 ? setter(valueAt(option.values, 0)) : null;
}

function readMasks(extension: Extension): { nfmask: number; ctmask: number } {
  const read = (name: string) => {
    const option = optionOf(extension, name);
    return option && readMask(valueAt(option.values, 0));
  };
  const both = read('mask') ?? 0xffffffff;
  return { nfmask: read('nfmask') ?? both, ctmask: read('ctmask') ?? both };
}

function readMask(word: Word): number {
  const mask = readNumber(word.text);
  if (mask === null) throw new Malformed(word.column, `not a mask: ${word.text}`);
  return mask;
}

function change(old: number, { value, mask }: Bits): number {
  return ((old & ~mask) ^ value) >>> 0;
}

function marked(packet: Packet, mark: number): Answer {
  const effect = `mark 0x${mark.toString(16)}`;
  return { kind: 'change', action: 'mark', effect, packet: { ...packet, mark } };
}

function connmarked(packet: Packet, mark: number): Answer {
  const effect = `connmark 0x${mark.toString(16)}`;
  const connection = { ...packet.connection, mark };
  return { kind: 'change', action: 'connmark', effect, packet: { ...packet, connection } };
}
