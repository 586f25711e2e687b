import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { parseDocument } from 'yaml';
import { redactPasswords } from '../../src/snapshot/redact-passwords.ts';

const PEERS = `peers:
- my-asn: 64500
  password: hunter2
  peer-address: 10.0.0.1
address-pools:
- {name: default, password: "hunter2", addresses: [10.1.0.0/28]}
`;

describe('passwords in the old configuration of MetalLB', () => {
  it('become REDACTED, and everything else stays where it is', () => {
    assert.equal(
      redactPasswords(PEERS),
      PEERS.replace(': hunter2', ': REDACTED').replace('"hunter2",', 'REDACTED ,'),
    );
    assert.equal(redactPasswords('address-pools: []\n'), 'address-pools: []\n');
  });

  const VALID = [
    'password: "hunter2 \\" hunter2"',
    "password: 'hunter2 '' hunter2'",
    'password: |\n  hunter2\n  hunter2\nnext: 1',
    'password:\n  hunter2\nnext: 1',
    'password: hunter2\n  hunter2\nnext: 1',
    '{password: hunter2, next: 1}',
    '{"password":"hunter2","next":1}',
    'a: &p hunter2\npassword: *p\nnext: 1',
    '# password: hunter2\nnext: 1',
    'next: 1 # password was hunter2',
    'Password: hunter2\npasword: hunter2\npasssword: hunter2',
    'password: [hunter2,\n  hunter2]\nnext: 1',
    'x: [{password: !!str hunter2}, {next: 1}]',
    "password: 'x' # hunter2\nnext: 1",
    'password: # hunter2\n  hunter2 # hunter2\nnext: 1',
    'password: # hunter2\n- hunter2\n- hunter2 # hunter2\nnext: 1',
    '{password: hunter2, next: 1} # hunter2',
    'password: &p [hunter2, *p, *p]\nnext: 1',
    'a: &p hunter2 # hunter2\npassword: *p # hunter2\nnext: 1',
  ];
  for (const text of VALID) {
    it(`however it is written: ${JSON.stringify(text)}`, () => {
      const redacted = redactPasswords(text);
      assert.doesNotMatch(redacted, /hunter/);
      assert.equal(redacted.split('\n').length, text.split('\n').length);
      assert.deepEqual(parseDocument(redacted).errors, []);
    });
  }

  const BROKEN = [
    'a: b: c\npassword: hunter2',
    'password: hunter2: hunter2',
    'password: "hunter2\nhunter2\nnext: 1',
    'password: hunter2\n  hunter2: x: y',
    'password hunter2\nnext: [',
    'password:\nhunter2\nnext: [',
    '{password: hunter2, next: [',
    'peers:\n- password: hunter2\n  next: [}',
    '# password: hunter2\nnext: [',
    "password: 'x' # hunter2\nnext: [",
    'a: &p hunter2\npassword: *p\nnext: [',
    'a: &p\n  hunter2\nb: {password: *p, next: [',
    '- a: &p |\n    hunter2\n  password: *p\n  next: [',
    'password:\n- hunter2\n- hunter2\nnext: [',
    'a:\n  password: # hunter2\n  - hunter2\n  next: [',
  ];
  for (const text of BROKEN) {
    it(`where that does not parse: ${JSON.stringify(text)}`, () => {
      const redacted = redactPasswords(text);
      assert.doesNotMatch(redacted, /hunter/);
      assert.deepEqual(places(redacted)[0], places(text)[0]);
    });
  }

  it('never leaves one, whatever is around it', () => {
    const around = fc.array(
      fc.constantFrom(
        'a: 1',
        '- b',
        '{',
        '}',
        '[',
        '"',
        "'",
        '\n',
        '  ',
        ': ',
        ', ',
        '# ',
        '|',
        '&x ',
        '*x',
      ),
      { maxLength: 8 },
    );
    const passwords = fc.constantFrom(
      'password: hunter2',
      "password: 'x' # hunter2",
      'password:\n- hunter2',
      'x: &p hunter2\npassword: *p',
      'x: &p hunter2\npassword:\n  *p',
    );
    fc.assert(
      fc.property(around, passwords, around, (before, password, after) => {
        const text = `${before.join('')}\n${password}\n${after.join('')}`;
        const redacted = redactPasswords(text);
        assert.doesNotMatch(redacted, /hunter/);
        if (places(text).length === 0) assert.deepEqual(places(redacted), []);
      }),
    );
  });
});

function places(text: string) {
  return parseDocument(text).errors.map(({ linePos }) => linePos?.[0]);
}
