import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { lastLine, plainLine } from '../../src/nodes/plain-line.ts';

test('a message is one line without terminal escapes', () => {
  assert.equal(plainLine('\x1b[31mred\x1b[0m\r\n\tand\x07 more \x1b]0;title\x07'), 'red and more');
  assert.equal(plainLine('safe\u202Eevil'), 'safe evil');
});

test('a long one is cut', () => {
  assert.equal(plainLine('x'.repeat(1000)).length, 400);
});

test('the last line is the last that says something', () => {
  assert.equal(lastLine('first\nthe reason\n  \n\n'), 'the reason');
  assert.equal(lastLine(''), '');
});

test('no control character ever passes', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      assert.doesNotMatch(plainLine(text), /[\p{Cc}\p{Cf}\u2028\u2029]/u);
    }),
  );
});
