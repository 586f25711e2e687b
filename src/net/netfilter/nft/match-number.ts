import type { Question } from '../rules.ts';
import type { Interval } from './datatypes.ts';
import type { Part } from './read-expression.ts';
import { fork, known, type Outcome, type Unknown } from './reading.ts';

const HIGHEST = (1n << 128n) - 1n;

/** What a number is held against: an interval, or (`in`) bits of which one has to be set. */
export interface NumberTest {
  interval: Interval;
  bits: boolean;
}

/**
 * Whether a reading passes: 1 or 0. What is not known becomes a question: the one wording of that
 * fact where there is one, else `statement`, as the rule has it.
 */
export function passes(
  part: Part,
  { interval, bits }: NumberTest,
  statement: Question,
): Outcome<bigint> {
  const { first, last } = interval;
  if (part.kind === 'value') {
    const { value } = part;
    return yesNo(bits ? (value & first) !== 0n : value >= first && value <= last);
  }
  if (part.kind === 'uniform') {
    const from = first > part.first ? first : part.first;
    const end = part.first + part.count - 1n;
    const to = last < end ? last : end;
    return balance(to < from ? 0n : to - from + 1n, part.count);
  }
  const { mask, value } = part.known;
  if (bits && (value & first) !== 0n) return yesNo(true);
  if (bits && (first & ~mask) === 0n) return yesNo(false);
  if (!bits && first === last && (first & mask) !== value) return yesNo(false);
  return askWhether(part.is, interval, bits, statement);
}

function askWhether(
  is: Unknown['is'],
  { first, last }: Interval,
  bits: boolean,
  statement: Question,
): Outcome<bigint> {
  const question = is?.(first, last);
  if (question === false) return yesNo(false);
  if (question) return fork(question, known(1n), known(0n));
  // That there is none (0) is the opposite of that there is one.
  const opposite = !bits && first === 0n && last === 0n ? is?.(1n, HIGHEST) : null;
  if (opposite) return fork(opposite, known(0n), known(1n));
  return fork(statement, known(1n), known(0n));
}

function balance(part: bigint, whole: bigint): Outcome<bigint> {
  if (part === 0n || part === whole) return yesNo(part !== 0n);
  const share = Number(part) / Number(whole);
  return {
    kind: 'fork',
    question: null,
    branches: [
      { answer: 'yes', share, gives: known(1n) },
      { answer: 'no', share: 1 - share, gives: known(0n) },
    ],
  };
}

function yesNo(yes: boolean): Outcome<bigint> {
  return known(yes ? 1n : 0n);
}
