import { leaveUntracked } from '../../leave-untracked.ts';
import { optionOf, type TargetModel } from './model.ts';

export const notrack: TargetModel = { options: {}, step: () => leaveUntracked };

/** CT: helpers, zones, events and timeouts are nothing that a first packet meets again. */
export const ct: TargetModel = {
  options: {
    notrack: 0,
    helper: 1,
    ctevents: 1,
    expevents: 1,
    timeout: 1,
    zone: 1,
    'zone-orig': 1,
    'zone-reply': 1,
  },
  step: (extension) => (optionOf(extension, 'notrack') ? leaveUntracked : () => true),
};
