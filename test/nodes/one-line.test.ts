import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { lastLine, oneLine } from '../../src/nodes/one-line.ts';

test('a message is one line without terminal escapes', () => {
  assert.equal(oneLine('\x1b[31mred\x1b[0m\r\n\tand\x07 more \x1b]0;title\x07'), 'red and more');
  assert.equal(oneLine('safe\u202Eevil'), 'safe evil');
});

test('a long one is cut', () => {
  assert.equal(oneLine('x'.repeat(1000)).length, 400);
});

test('the last line is the last that says something', () => {
  assert.equal(lastLine('first\nthe reason\n  \n\n'), 'the reason');
  assert.equal(lastLine(''), '');
});

test('no control character ever passes', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      assert.doesNotMatch(oneLine(text), /[\p{Cc}\p{Cf}\u2028\u2029]/u);
    }),
  );
});
