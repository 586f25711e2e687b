import { noted } from '../changes.ts';
import type { Packet } from '../packet.ts';
import { matches } from '../questions.ts';
import type { Answer, Change, Step } from '../rules.ts';
import { elementOf, type Sets } from './look-up.ts';
import { readAll, reader } from './read-expression.ts';
import { toAnswer } from './reading.ts';
import type { Statement } from './syntax.ts';

/**
 * `add @set { ip saddr }`: on to the next statement, unless a limit or the like in the element, or in
 * all of the set's, says no: the element is in the set all the same (nft_dynset_eval,
 * net/netfilter/nft_dynset.c, Linux 6.18).
 */
export function compileUpdate(
  { op, set, key, rated, text }: Extract<Statement, { kind: 'update' }>,
  sets: Sets,
): Step {
  const list = sets.listOf(set);
  const asks = op !== 'delete' && (rated || sets.isRated(set));
  const change = (packet: Packet, element: string | null): Answer => {
    const after = noted(packet, list, element, op === 'delete' ? 'out' : 'in');
    const gives: Change = { kind: 'change', action: 'set', effect: text, packet: after };
    if (!asks) return gives;
    return {
      kind: 'fork',
      question: matches(text, null),
      branches: [
        { answer: 'yes', share: null, gives },
        { answer: 'no', share: null, gives: { ...gives, effect: null, isNo: true } },
      ],
    };
  };
  if (!key) return (packet) => change(packet, null);
  const reads = (key.kind === 'concat' ? key.parts : [key]).map(reader);
  return (packet, node) =>
    toAnswer(readAll(reads, packet, node), (read) => change(packet, elementOf(read)));
}
