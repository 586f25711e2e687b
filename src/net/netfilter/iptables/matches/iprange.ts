import { type Ip, inRange } from '../../../ip.ts';
import type { Packet } from '../../packet.ts';
import { ask, comesFrom, goesTo } from '../../questions.ts';
import type { Question } from '../../rules.ts';
import { isKnownAddress } from '../../unknown-address.ts';
import type { Condition } from '../condition.ts';
import { perOption, type RuleContext } from '../model.ts';
import { readIpRange, valueAt } from '../values.ts';
import type { Word } from '../words.ts';

/** Kernel 6.1, net/netfilter/xt_iprange.c. */
export const iprange = perOption({
  'src-range': [1, inRangeOf((packet) => packet.source, comesFrom)],
  'dst-range': [1, inRangeOf((packet) => packet.destination, goesTo)],
});

function inRangeOf(read: (packet: Packet) => Ip, question: (what: string) => Question) {
  return (values: readonly Word[], context: RuleContext): Condition => {
    const word = valueAt(values, 0);
    const range = readIpRange(word, context);
    return (packet) => {
      const ip = read(packet);
      return isKnownAddress(ip) ? inRange(range, ip) : ask(question(word.text));
    };
  };
}
