import assert from 'node:assert/strict';
import { test } from 'node:test';
import { nearest } from '../src/nearest.ts';

const names = ['--node', '--namespace', '--yes', 'list', 'assign'];
const cases: [word: string, found: string | null][] = [
  ['--nod', '--node'],
  ['--ndoe', '--node'],
  ['--nodes', '--node'],
  ['lsit', 'list'],
  ['LIST', 'list'],
  ['assing', 'assign'],
  ['--namspce', '--namespace'],
  ['--elsewhere', null],
  ['x', null],
  ['', null],
];
for (const [word, found] of cases) {
  test(`'${word}': ${found ?? 'nothing is near'}`, () => assert.equal(nearest(word, names), found));
}
