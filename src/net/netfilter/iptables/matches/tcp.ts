import { tcpFlags } from '../../first-packets.ts';
import { ask, matches } from '../../questions.ts';
import type { Condition } from '../condition.ts';
import { perOption } from '../model.ts';
import { valueAt } from '../values.ts';
import { Malformed, type Word } from '../words.ts';
import { portOptions } from './ports.ts';

const FLAGS = ['FIN', 'SYN', 'RST', 'PSH', 'ACK', 'URG'];

/** Kernel 6.1, net/netfilter/xt_tcpudp.c tcp_mt; options as in iptables 1.8.9, libxt_tcp.c. */
export const tcp = perOption({
  ...portOptions,
  'tcp-flags': [
    2,
    (values) => flagsCondition(readFlags(valueAt(values, 0)), readFlags(valueAt(values, 1))),
  ],
  syn: [0, () => flagsCondition(['FIN', 'SYN', 'RST', 'ACK'], ['SYN'])],
  'tcp-option': [
    1,
    (values) =>
      ({ changes }) =>
        ask(matches(`--tcp-option ${valueAt(values, 0).text}`, changes.headers.get('tcp options'))),
  ],
});

/** Of the flags in `mask` exactly those in `set` are up. */
function flagsCondition(mask: readonly string[], set: readonly string[]): Condition {
  return (packet) => {
    const flags = tcpFlags(packet);
    if (!flags) return ask(matches(`--tcp-flags ${mask.join(',')} ${set.join(',') || 'NONE'}`));
    return FLAGS.every(
      (flag) => (mask.includes(flag) && flags.includes(flag)) === set.includes(flag),
    );
  };
}

function readFlags(word: Word): string[] {
  if (word.text === 'ALL') return FLAGS;
  if (word.text === 'NONE') return [];
  const flags = word.text.split(',');
  const foreign = flags.find((flag) => !FLAGS.includes(flag));
  if (foreign !== undefined) throw new Malformed(word.column, `not a flag of TCP: ${foreign}`);
  return flags;
}
