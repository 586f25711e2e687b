import type { Packet } from '../../packet.ts';
import { ask, isNotBridged, leavesOnBridgePort, take } from '../../questions.ts';
import type { Fork } from '../../rules.ts';
import { type Condition, either, not } from '../condition.ts';
import { interfaceMatches } from '../interface-pattern.ts';
import { ifAll, type MatchModel } from '../model.ts';
import type { Option } from '../rule-syntax.ts';
import { valueAt } from '../values.ts';

/**
 * Kernel 6.1, net/netfilter/xt_physdev.c physdev_mt. A packet that was never bridged has no ports:
 * only what is inverted says yes. Where a bridged packet leaves on no port, `! --physdev-out` says no.
 */
export const physdev: MatchModel = {
  options: {
    'physdev-in': 1,
    'physdev-out': 1,
    'physdev-is-in': 0,
    'physdev-is-out': 0,
    'physdev-is-bridged': 0,
  },
  conditions: ({ options }) =>
    ifAll(options, (option) => {
      const condition = portCondition(option);
      return option.name === 'physdev-out' && option.inverted
        ? orNoPortAtAll(condition)
        : option.inverted
          ? not(condition)
          : condition;
    }),
};

function portCondition({ name, values }: Pick<Option, 'name' | 'values'>): Condition {
  const pattern = values.length > 0 ? valueAt(values, 0).text : null;
  return name === 'physdev-in' || name === 'physdev-is-in'
    ? ({ physicalIn }) => onPort(physicalIn, pattern)
    : ({ physicalOut }) =>
        physicalOut === undefined ? ask(leavesOnBridgePort(pattern)) : onPort(physicalOut, pattern);
}

const leavesOnAPort = portCondition({ name: 'physdev-is-out', values: [] });

function onPort(port: string | null | undefined, pattern: string | null): boolean | Fork {
  if (port === undefined) return take(isNotBridged(), false);
  return port !== null && (pattern === null || interfaceMatches(pattern, port));
}

function orNoPortAtAll(condition: Condition): Condition {
  const inverse = not(condition);
  const onAnother = not(either(not(leavesOnAPort), condition));
  return (packet, node) => (wasBridged(packet) ? onAnother : inverse)(packet, node);
}

function wasBridged({ physicalIn }: Packet): boolean {
  return typeof physicalIn === 'string';
}
