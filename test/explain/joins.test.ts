import assert from 'node:assert/strict';
import { test } from 'node:test';
import { joins } from '../../src/explain/joins.ts';

/** Sections by the numbers of those that follow them. */
function joinsOf(...next: number[][]): [number, number][] {
  const sections = next.map((following, section) => ({
    section,
    next: following.map((to) => ({ section: to, answer: null, share: null })),
    question: null,
    end: null,
  }));
  return [...joins(sections, 0)].sort(([a], [b]) => a - b);
}

test('a straight way joins at the next section', () => {
  assert.deepEqual(joinsOf([1], [2], []), [
    [0, 1],
    [1, 2],
  ]);
});

test('the branches of a fork join where all of them come to', () => {
  // 0 forks to 1 and 2; 1 forks again; all meet in 5.
  assert.deepEqual(joinsOf([1, 2], [3, 4], [5], [5], [5], []), [
    [0, 5],
    [1, 5],
    [2, 5],
    [3, 5],
    [4, 5],
  ]);
});

test('a fork with a branch that ends by itself has no join', () => {
  assert.deepEqual(joinsOf([1, 2], [], [3], []), [[2, 3]]);
});
