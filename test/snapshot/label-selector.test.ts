import assert from 'node:assert/strict';
import { test } from 'node:test';
import { labelMatcher } from '../../src/snapshot/label-selector.ts';

const SHOP = { app: 'shop', 'example.com/tier': 'front', empty: '' };

for (const [selector, expected] of Object.entries({
  '': true,
  'app=shop': true,
  'app==shop, example.com/tier!=back': true,
  'app!=shop': false,
  'none!=x': true,
  'app in (a, shop),example.com/tier notin (back)': true,
  'none notin (a)': true,
  'none in (a,)': false,
  app: true,
  '!app': false,
  '! none': true,
  'empty=': true,
  'none=': false,
  constructor: false,
})) {
  test(`-l '${selector}' is ${expected} of the labels, as it is for kubectl`, () => {
    assert.equal(labelMatcher(selector)(SHOP), expected);
  });
}

test('what is no selector is refused', () => {
  for (const text of ['a=b=c', 'a in', ',', 'a b', '=x', 'a=(b)']) {
    assert.throws(() => labelMatcher(text), { reason: 'invalid-value' }, text);
  }
});
