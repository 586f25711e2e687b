import { ask } from '../questions.ts';
import type { Step } from '../rules.ts';
import { type Interval, intervalOf } from './datatypes.ts';
import { lookUp, type Sets } from './look-up.ts';
import { passes } from './match-number.ts';
import { printStatement } from './print.ts';
import { questionsOf } from './questions-of.ts';
import { readAll, reader } from './read-expression.ts';
import { then, toAnswer } from './reading.ts';
import { typeOf } from './selector-types.ts';
import type { MatchOperator, Statement } from './syntax.ts';

type Match = Extract<Statement, { kind: 'match' }>;

const HIGHEST = (1n << 128n) - 1n;

/**
 * `tcp dport 80`, `ip saddr != @set`, `ct state new`. What the packet does not have ends the rule,
 * also with `!=` (kernel 6.1 net/netfilter/nf_tables_core.c, NFT_BREAK).
 */
export function compileMatch(match: Match, sets: Sets): Step {
  const { operator, left, right } = match;
  const text = printStatement(match);
  const negated = operator === '!=' || operator === '!';
  if (right.kind === 'set' || right.kind === 'elements') {
    const find = lookUp(left, right, sets, positive(text, match));
    return (packet, node) => toAnswer(find(packet, node), (found) => (found !== null) !== negated);
  }
  const interval = intervalOf(right, typeOf(left));
  const questions = questionsOf(left);
  if (!interval) return (packet) => ask(questions(packet)(text));
  const test = {
    interval: bounds(operator, interval),
    bits: operator === 'in' || operator === '!',
  };
  const reads = [reader(left)];
  return (packet, node) => {
    const outcome = then(readAll(reads, packet, node), ([part]) =>
      part ? passes(part, test, questions(packet)(positive(text, match))) : { kind: 'none' },
    );
    return toAnswer(outcome, (yes) => (yes === 1n) !== negated);
  };
}

// The question is put without the negation, so that one fact has one wording.
function positive(text: string, match: Match): string {
  if (match.operator === '!=') return printStatement({ ...match, operator: '==' });
  return match.operator === '!' ? printStatement({ ...match, operator: 'in' }) : text;
}

function bounds(operator: MatchOperator, { first, last }: Interval): Interval {
  switch (operator) {
    case '<':
      return { first: 0n, last: first - 1n };
    case '<=':
      return { first: 0n, last };
    case '>':
      return { first: last + 1n, last: HIGHEST };
    case '>=':
      return { first, last: HIGHEST };
    default:
      return { first, last };
  }
}
