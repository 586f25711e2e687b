import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkValue } from '../../src/commands/check-value.ts';
import { UsageError } from '../../src/errors.ts';

const refused: [what: string, value: string, message: string][] = [
  ['nothing', '', "--node: '' is empty"],
  ['the next flag', '--yes', "--node: '--yes' looks like an option"],
  ['a newline', 'k0\nk1', "--node: 'k0\\x0ak1' has control characters"],
  ['a terminal escape', '\x1b[2J', "--node: '\\x1b[2J' has control characters"],
  ['a C1 control', '\x9b2J', "--node: '\\x9b2J' has control characters"],
  ['a bidirectional override', 'k\u202e0', "--node: 'k\\u202e0' has control characters"],
  ['what was not UTF-8', 'k\ufffd', "--node: 'k\ufffd' is not UTF-8"],
  [
    'more than a path can have',
    'k'.repeat(4097),
    `--node: '${'k'.repeat(100)}…' has 4097 characters; 4096 are allowed`,
  ],
];
for (const [what, value, message] of refused) {
  test(`refused: ${what}`, () => {
    assert.throws(
      () => checkValue('--node', value),
      (error) => {
        assert(error instanceof UsageError);
        assert.equal(error.message, message);
        return true;
      },
    );
  });
}

for (const value of ['k0', '-', 'Größe', "a'b; $(reboot)", 'k'.repeat(4096)]) {
  test(`not for this check to refuse: ${value.slice(0, 20)}`, () => checkValue('--node', value));
}
