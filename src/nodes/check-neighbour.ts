import type { Check } from '../plan/execute.ts';
import { askSegment, type Question } from './ask-segment.ts';
import type { Reach } from './reach.ts';

/**
 * Asks from another node on the segment who has the address. Passed: a MAC of the holder's
 * answered, and no other.
 */
export async function checkNeighbour(
  reach: Reach,
  question: Omit<Question, 'want' | 'holdsItself'> & { expectedMacs: readonly string[] },
): Promise<Check> {
  const { expectedMacs, ...rest } = question;
  const { outcome, macs, how, reason } = await askSegment(reach, {
    ...rest,
    want: 'all',
    holdsItself: false,
  });
  const check = (result: Check['outcome'], detail: string): Check => ({
    name: 'neighbour',
    outcome: result,
    detail,
  });
  const expected = expectedMacs.map((mac) => mac.toLowerCase());
  const others = macs.filter((mac) => !expected.includes(mac));
  if (outcome === 'not-asked') return check('skipped', `${reason} (${how})`);
  if (outcome === 'nobody') return check('failed', `nobody answers for ${rest.ip} (${how})`);
  if (others.length > 0) {
    const who = others.length < macs.length ? 'also' : `instead of ${expected.join(' or ')}`;
    return check('failed', `${others.join(' and ')} answers ${who} for ${rest.ip} (${how})`);
  }
  return macs.length === 0
    ? check('skipped', `${rest.ip} answers through a router, which hides the MAC (${how})`)
    : check('passed', `${macs.join(' and ')} answers for ${rest.ip} (${how})`);
}
