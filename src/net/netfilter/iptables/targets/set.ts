import type { Packet } from '../../packet.ts';
import type { Answer } from '../../rules.ts';
import { decide } from '../condition.ts';
import { changeSet, inSet } from '../matches/set.ts';
import { printExtension } from '../print-extension.ts';
import { optionOf, type TargetModel } from './model.ts';

/**
 * SET: enters the packet in a set, takes it out, or gives it the mark that the set keeps of it, in this
 * order (set_target_v3, net/netfilter/xt_set.c, Linux 6.18). That mark is not modelled.
 */
export const set: TargetModel = {
  options: {
    'add-set': 2,
    'del-set': 2,
    'map-set': 2,
    'map-mark': 0,
    'map-prio': 0,
    'map-queue': 0,
    exist: 0,
    timeout: 1,
  },
  step: (extension, context) => {
    const effect = printExtension(extension).replace('-j ', '');
    const [add, del] = [optionOf(extension, 'add-set'), optionOf(extension, 'del-set')];
    const map = optionOf(extension, 'map-mark') && optionOf(extension, 'map-set');
    const isMapped = map && inSet(map.values, context);
    const changed = (packet: Packet): Answer => ({ kind: 'change', action: 'set', effect, packet });
    const stolen: Answer = { kind: 'verdict', verdict: { kind: 'stolen', what: effect } };
    return (packet, node) => {
      const added = add ? changeSet(packet, add.values, 'in', node) : packet;
      const after = del ? changeSet(added, del.values, 'out', node) : added;
      return isMapped
        ? decide(isMapped(after, node), (yes) => (yes ? stolen : changed(after)))
        : changed(after);
    };
  },
};
