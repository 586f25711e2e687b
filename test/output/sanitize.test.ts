import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { hasUnsafe, manyLines, oneLine } from '../../src/output/sanitize.ts';

const cases: [what: string, text: string, shown: string][] = [
  ['plain text', 'web at 192.0.2.10', 'web at 192.0.2.10'],
  ['letters of any language', 'Müller 東京 – ✔', 'Müller 東京 – ✔'],
  ['an ANSI escape', '\x1b[31mred', '\\x1b[31mred'],
  ['newline, return, tab', 'a\nb\rc\td', 'a\\x0ab\\x0dc\\x09d'],
  ['the C1 control that begins an escape', '\x9b31m', '\\x9b31m'],
  ['a bidirectional override', 'file\u202efdp.exe', 'file\\u202efdp.exe'],
  ['a zero-width space', 'ad\u200bmin', 'ad\\u200bmin'],
  ['a line separator', 'a\u2028b', 'a\\u2028b'],
  ['half a surrogate pair', 'a\ud800b', 'a\\ud800b'],
];
for (const [what, text, shown] of cases) {
  test(`oneLine shows ${what}`, () => assert.equal(oneLine(text), shown));
}

test('oneLine cuts at 500 characters', () => {
  assert.equal(oneLine('x'.repeat(500)), 'x'.repeat(500));
  assert.equal(oneLine('x'.repeat(501)), `${'x'.repeat(499)}…`);
});

test('manyLines keeps newlines and nothing else', () => {
  assert.equal(manyLines('a\n\x1b[2Jb\n'), 'a\n\\x1b[2Jb\n');
});

test('whatever comes in, nothing that a terminal obeys comes out', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      assert.equal(hasUnsafe(oneLine(text)), false);
      assert.doesNotMatch(oneLine(text), /\p{Cc}|\p{Bidi_Control}|\p{Zl}|\p{Zp}|\p{Cs}/u);
    }),
  );
});
