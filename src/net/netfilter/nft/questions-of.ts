import type { Packet } from '../packet.ts';
import { matches } from '../questions.ts';
import type { Question } from '../rules.ts';
import { print } from './print.ts';
import type { Expression } from './syntax.ts';

/** As matches and targets of iptables call the fields that both look at. */
const FIELDS: Readonly<Record<string, string>> = {
  'ip ttl': 'ttl',
  'ip6 hoplimit': 'ttl',
  'ip dscp': 'tos',
  'ip ecn': 'tos',
  'ip6 dscp': 'tos',
  'ip6 ecn': 'tos',
};

/** What is read or set, e.g. `ttl`, `tcp options`, `ct label`. */
export function fieldOf(expression: Expression): string {
  const text = print(expression);
  return text.startsWith('tcp option') ? 'tcp options' : (FIELDS[text] ?? text);
}

/** Asks whether a packet matches a statement that reads this expression. */
export type QuestionsOf = (packet: Packet) => (statement: string) => Question;

/**
 * What nft compares may be an address, and may be rewritten: an answer holds as long as the packet's
 * addresses and ports, and the fields that the expression reads, are the same.
 */
export function questionsOf(expression: Expression): QuestionsOf {
  const fields = fieldsOf(expression);
  return ({ source, sourcePort, destination, destinationPort, changes: { headers } }) => {
    const rewritten =
      fields === null ? [...headers.values()] : fields.map((one) => headers.get(one));
    const ends = [source.text, sourcePort, destination.text, destinationPort];
    const goesBy = [...ends, ...rewritten.filter((how) => how !== undefined)].join(' ');
    return (statement) => matches(statement, goesBy);
  };
}

/** null: whichever. */
function fieldsOf(expression: Expression): string[] | null {
  switch (expression.kind) {
    case 'concat': {
      const parts = expression.parts.map(fieldsOf);
      return parts.every((part) => part !== null) ? parts.flat() : null;
    }
    case 'binary':
      return fieldsOf(expression.left);
    case 'map':
      return fieldsOf(expression.key);
    case 'raw':
      return null;
    default:
      return [fieldOf(expression)];
  }
}
