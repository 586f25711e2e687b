import type { Fork } from '../../rules.ts';
import type { MatchModel } from '../model.ts';
import { readNumber, valueAt } from '../values.ts';
import { Malformed, type Word } from '../words.ts';

/**
 * Balancing. random: a draw below `probability`, which is kept in steps of 1/2^31 (kernel 6.1,
 * net/netfilter/xt_statistic.c; iptables 1.8.9, libxt_statistic.c); nth: one packet in `every`.
 */
export const statistic: MatchModel = {
  options: { mode: 1, probability: 1, every: 1, packet: 1 },
  conditions: ({ options }) => {
    const share = options.find(({ name }) => name === 'probability' || name === 'every');
    if (!share) return null;
    const word = valueAt(share.values, 0);
    const matched = share.name === 'every' ? 1 / readEvery(word) : readProbability(word);
    return [() => balance(share.inverted ? 1 - matched : matched)];
  },
};

function readProbability(word: Word): number {
  const probability = Number(word.text);
  if (!(probability >= 0 && probability <= 1)) {
    throw new Malformed(word.column, `not a probability: ${word.text}`);
  }
  return Math.round(probability * 2 ** 31) / 2 ** 31;
}

function readEvery(word: Word): number {
  const every = readNumber(word.text);
  if (!every) throw new Malformed(word.column, `not a number above 0: ${word.text}`);
  return every;
}

function balance(share: number): boolean | Fork {
  if (share === 0 || share === 1) return share === 1;
  return {
    kind: 'fork',
    question: null,
    branches: [
      { answer: 'chosen', share, gives: true },
      { answer: 'not chosen', share: 1 - share, gives: false },
    ],
  };
}
