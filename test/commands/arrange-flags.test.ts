import assert from 'node:assert/strict';
import { test } from 'node:test';
import { arrangeFlags } from '../../src/commands/arrange-flags.ts';

const cases: [typed: string, arranged: string][] = [
  ['list -n shop', 'list -n shop'],
  ['-n shop list', 'list -n shop'],
  ['-nshop list -A', 'list -nshop -A'],
  ['--namespace=shop list', 'list --namespace=shop'],
  ['--namespace shop -v list web', 'list --namespace shop -v web'],
  ['-n list list', 'list -n list'],
  ['-o=json list', 'list -ojson'],
  ['list -n=shop', 'list -nshop'],
  ['list -v=6', 'list -v'],
  ['-v=6 list', 'list -v'],
  ['list -v=0', 'list'],
  ['-v', '-v'],
  ['-n shop', '-n shop'],
  // Whether a flag that nobody knows takes a value is not known.
  ['--unknown list', '--unknown list'],
  ['--help list', '--help list'],
  ['assign -- -o=json', 'assign -- -o=json'],
  ['assign -- -v=6', 'assign -- -v=6'],
  ['', ''],
];
for (const [typed, arranged] of cases) {
  test(`extip ${typed}`, () => {
    assert.deepEqual(arrangeFlags(typed.split(' ').filter(Boolean)).join(' '), arranged);
  });
}
