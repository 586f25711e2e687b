import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { parseRecord } from '../../src/nodes/parse-record.ts';
import type { NodeRecord } from '../../src/snapshot/records.ts';

const RECORD: NodeRecord = {
  version: 1,
  ip: '20.1.0.167',
  prefix: 32,
  interface: 'ens34',
  label: 'ens34:extip',
  preexisting: false,
  cluster: '4f7d7c6e-0000-4000-8000-000000000001',
  services: [{ namespace: 'default', name: 'web', uid: 'u1', runId: 'r1' }],
};

function read(changes: object, file = '20.1.0.167.json') {
  return parseRecord(file, JSON.stringify({ ...RECORD, ...changes }));
}

test('what extip wrote is a record', () => {
  assert.deepEqual(read({}), { record: RECORD });
  const six = { ip: 'fd00::1', prefix: 128, label: null };
  assert.deepEqual(read(six, 'fd00::1.json'), { record: { ...RECORD, ...six } });
});

const DAMAGED: [why: string, changes: object, reason: RegExp][] = [
  ['the file is of another address', { ip: '20.1.0.168' }, /another address/],
  ['a whole network', { prefix: 24 }, /^prefix/],
  ['everything', { prefix: 0 }, /^prefix/],
  ['no address', { ip: '20.1.0.167; reboot' }, /^ip/],
  ['another way to write it', { ip: '020.1.0.167' }, /^ip/],
  ['a path', { interface: '../../etc' }, /^interface/],
  ['an option with a blank', { interface: 'ens34 label x' }, /^interface/],
  ['a terminal escape', { interface: 'e\x1b[2J', label: null }, /^interface/],
  ['the prefix of the other family', { prefix: 128 }, /^prefix/],
  ['a label of another interface', { label: 'lo:extip' }, /^label/],
  ['a field that nobody knows', { command: 'reboot' }, /^document/],
  ['a version that nobody knows', { version: 2 }, /^version/],
  ['nobody uses it', { services: [] }, /^services/],
];

for (const [why, changes, reason] of DAMAGED) {
  test(`no record: ${why}`, () => {
    const result = read(changes);
    assert.ok('reason' in result);
    assert.match(result.reason, reason);
  });
}

test('no record: not JSON, nothing at all, too much', () => {
  assert.deepEqual(parseRecord('20.1.0.167.json', '{"version":1,'), { reason: 'is not JSON' });
  assert.deepEqual(parseRecord('20.1.0.167.json', '\n'), { reason: 'empty' });
  assert.deepEqual(parseRecord('20.1.0.167.json', ' '.repeat(65_537)), {
    reason: 'larger than 64 KiB',
  });
});

test('whatever lies in the folder: a record that is valid in every field, or a reason', () => {
  const changes = fc.dictionary(
    fc.constantFrom(...Object.keys(RECORD), '__proto__'),
    fc.anything(),
  );
  fc.assert(
    fc.property(changes, fc.string(), (given, noise) => {
      const text = JSON.stringify({ ...RECORD, ...given });
      for (const content of [text, noise, text.slice(0, -1)]) {
        const result = parseRecord('20.1.0.167.json', content);
        if ('record' in result) assert.equal(result.record.ip, '20.1.0.167');
        else assert.match(result.reason, /^[\P{Cc}]+$/u);
      }
    }),
    { numRuns: 300 },
  );
});
