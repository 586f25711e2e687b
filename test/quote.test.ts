import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { test } from 'node:test';
import fc from 'fast-check';
import { quote } from '../src/quote.ts';

test('a word that no shell reads anything into stays as it is', () => {
  for (const word of ['20.1.0.167/32', 'fd00::1/128', 'ens34:extip', '/var/lib/extip/a.json']) {
    assert.equal(quote(word), word);
  }
});

test('everything else is in single quotes', () => {
  assert.equal(quote(''), "''");
  assert.equal(quote("it's"), "'it'\\''s'");
  assert.equal(quote('-rf'), "'-rf'");
  assert.equal(quote('~root'), "'~root'");
  assert.equal(quote('$(reboot)'), "'$(reboot)'");
});

test('a NUL, which no command line can hold, is an error', () => {
  assert.throws(() => quote('a\0b'), TypeError);
});

test('sh reads back exactly what was quoted', () => {
  const nasty = fc.string({ unit: fc.constantFrom(...`'"\\$\`!*?[]{}()<>|&;# \t\n~=-aé…`) });
  const words = fc.array(fc.oneof(nasty, fc.string({ unit: 'binary' })), { minLength: 1 });
  fc.assert(
    fc.property(words, (raw) => {
      const given = raw.map((word) => word.replaceAll('\0', ''));
      const script = `printf '%s\\0' ${given.map(quote).join(' ')}`;
      const read = execFileSync('sh', ['-s'], { input: script, encoding: 'utf8' });
      assert.deepEqual(
        read.split('\0').slice(0, -1),
        given.map((word) => word.toWellFormed()),
      );
    }),
    { numRuns: 60 },
  );
});
