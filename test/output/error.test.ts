import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FailedError, LeftChangedError, UsageError } from '../../src/errors.ts';
import { bugText, errorDocument, errorText } from '../../src/output/error.ts';
import { ErrorDocument } from '../../src/output/error-document.ts';

const left = new LeftChangedError('rollback failed on k0', {
  reason: 'rollback-failed',
  object: 'node/k0',
  help: 'once k0 is back, run the commands above',
  left: [{ what: '192.0.2.10 on k0 ens34', command: 'ssh k0 ip addr del 192.0.2.10/32 dev ens34' }],
});

test('an error says what went wrong and what helps', () => {
  const error = new UsageError("unknown option '--nod'", {
    reason: 'unknown-option',
    help: "did you mean --node?\nsee 'extip assign --help'",
  });
  assert.equal(
    errorText(error),
    "error: unknown option '--nod'\n" +
      '  help: did you mean --node?\n' +
      "  help: see 'extip assign --help'\n",
  );
});

test('what is left changed is named, each with the command that undoes it', () => {
  assert.equal(
    errorText(left),
    'error: rollback failed on k0\n' +
      '  left: 192.0.2.10 on k0 ens34\n' +
      '  undo: ssh k0 ip addr del 192.0.2.10/32 dev ens34\n' +
      '  help: once k0 is back, run the commands above\n',
  );
});

test('a stack is shown only when it is asked for, with its causes', () => {
  const error = new FailedError('no answer', { reason: 'x', cause: new Error('ECONNREFUSED') });
  assert.doesNotMatch(errorText(error), /at .*error\.test/);
  assert.match(errorText(error, { stack: true }), /at .*error\.test.*caused by: .*ECONNREFUSED/s);
});

test('a stranger cannot write to the terminal through an error', () => {
  const error = new FailedError('\x1b]0;title\x07', { reason: 'x', help: '\x1b[2J' });
  assert.doesNotMatch(errorText(error, { stack: true }), /\x1b|\x07/);
});

test('the document has the same, and is what its schema says', () => {
  const document = errorDocument(left);
  assert.deepEqual(ErrorDocument.parse(document), {
    apiVersion: 'extip.dev/v1',
    kind: 'Error',
    reason: 'rollback-failed',
    exitCode: 5,
    message: 'rollback failed on k0',
    object: 'node/k0',
    help: 'once k0 is back, run the commands above',
    left: left.left,
  });
});

test('what nobody expected is a bug: 70, and what to attach', () => {
  const error = new TypeError('x is undefined');
  assert.deepEqual(ErrorDocument.parse(errorDocument(error)), {
    apiVersion: 'extip.dev/v1',
    kind: 'Error',
    reason: 'bug',
    exitCode: 70,
    message: 'x is undefined',
  });
  const text = bugText(error, '1.2.3');
  assert.match(text, /TypeError: x is undefined\n\s+at /);
  assert.match(text, /this is a bug in extip 1\.2\.3 \(Node v\d+/);
});
