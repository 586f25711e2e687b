import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { parseFacts } from '../../src/nodes/parse-facts.ts';
import { type Section, section } from '../../src/nodes/transcript.ts';

type Printed = Partial<Pick<Section, 'stdout' | 'stderr' | 'exitCode'>>;

/** What a node answers that says nothing but this. */
function sections(given: Record<string, Printed>): Map<string, Section> {
  const all: Record<string, Printed> = { addresses: { stdout: '[]' }, ...given };
  return new Map(
    Object.entries(all).map(([name, { stdout = '', stderr = '', exitCode = 0 }]) => [
      name,
      section(Buffer.from(stdout), stderr, exitCode),
    ]),
  );
}

const ARPINGS: [said: string, kind: string | null][] = [
  ['arping from iputils 20221126\nlibcap: yes, IDN: yes', 'iputils'],
  ['arping utility, iputils-s20121221', 'iputils'],
  ["arping: option requires an argument -- 'V'\nARPing 2.23, by Thomas Habets", 'habets'],
  ["arping: invalid option -- 'V'\nBusyBox v1.35.0 (Debian 1:1.35.0-4) multi-call", 'busybox'],
  ['sh: arping: not found', null],
];

for (const [said, kind] of ARPINGS) {
  test(`arping that says ${JSON.stringify(said.slice(0, 40))} is ${kind}`, () => {
    assert.equal(parseFacts(sections({ arping: { stderr: said, exitCode: 2 } })).arping, kind);
  });
}

test('the address that ssh came in on', () => {
  const came = (login: string) => parseFacts(sections({ login: { stdout: login } })).sshAddress;
  assert.equal(came('10.1.0.10 40000 10.1.0.180 22'), '10.1.0.180');
  assert.equal(came('fe80::1%ens34 40000 fe80::2%ens34 22'), 'fe80::2');
  assert.equal(came(''), null);
});

test('a machine-id that could be none is not known', () => {
  const id = (stdout: string) => parseFacts(sections({ 'machine-id': { stdout } })).machineId;
  assert.equal(id('3d1219c7c4c5404aaa1f6d2a48adfda4\n'), '3d1219c7c4c5404aaa1f6d2a48adfda4');
  assert.equal(id('uninitialized\x1b[2J\n'), null);
  assert.equal(id(''), null);
});

test('whatever a node sends: facts that are safe to show, or an Error with a reason', () => {
  const section = fc.record({
    stdout: fc.oneof(fc.string({ unit: 'binary' }), fc.json()),
    stderr: fc.string({ unit: 'binary' }),
    exitCode: fc.constantFrom(0, 1, 127, Number.NaN),
  });
  const names = ['login', 'machine-id', 'hostname', 'uid', 'arping', 'addresses', 'record x.json'];
  fc.assert(
    fc.property(fc.dictionary(fc.constantFrom(...names), section), (given) => {
      try {
        assert.doesNotMatch(JSON.stringify(parseFacts(sections(given))), /\\u00[01]|\p{Cc}/u);
      } catch (error) {
        assert.match((error as Error).message, /^(there is no `ip`|`ip -j addr`)[\P{Cc}]*$/u);
      }
    }),
    { numRuns: 500 },
  );
});
