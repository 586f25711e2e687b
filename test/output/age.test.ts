import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ageOf, humanDuration } from '../../src/output/age.ts';

// What kubectl prints for these: the cases of apimachinery's TestHumanDuration (v0.34).
const SECOND = 1;
const MINUTE = 60;
const HOUR = 3600;
const DAY = 86_400;
const YEAR = 365 * DAY;
const cases: [seconds: number, text: string][] = [
  [SECOND, '1s'],
  [70 * SECOND, '70s'],
  [190 * SECOND, '3m10s'],
  [70 * MINUTE, '70m'],
  [47 * HOUR, '47h'],
  [49 * HOUR, '2d1h'],
  [8 * DAY + 2 * HOUR, '8d'],
  [367 * DAY, '367d'],
  [4 * YEAR, '4y'],
  [2 * YEAR + 2 * DAY, '2y2d'],
  [8 * YEAR + 2 * DAY, '8y'],
  [3 * MINUTE, '3m'],
  [3 * HOUR, '3h'],
  [3 * HOUR + 5 * MINUTE, '3h5m'],
  [3 * DAY, '3d'],
];
for (const [seconds, text] of cases) {
  test(`${seconds} s is ${text}`, () => assert.equal(humanDuration(seconds), text));
}

test('an age is counted from a time stamp; a clock that is behind gives 0s', () => {
  const now = new Date('2026-01-03T00:00:00Z');
  assert.equal(ageOf('2026-01-01T00:00:00Z', now), '2d');
  assert.equal(ageOf('2026-01-03T00:01:00Z', now), '0s');
});

test('no time stamp, or none that can be read, is <unknown>', () => {
  assert.equal(ageOf(undefined, new Date()), '<unknown>');
  assert.equal(ageOf('yesterday', new Date()), '<unknown>');
});
