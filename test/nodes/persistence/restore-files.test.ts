import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import fc from 'fast-check';
import { RECORD_PATTERN } from '../../../src/nodes/persistence/record-pattern.ts';
import {
  RESTORE_TEXT,
  RESTORE_UNIT,
  RESTORE_UNIT_TEXT,
  VERSION_LINE,
} from '../../../src/nodes/persistence/restore-files.ts';
import { NodeRecord, nodeRecordText } from '../../../src/snapshot/records.ts';

test('systemd finds nothing wrong with the unit', (context) => {
  const folder = mkdtempSync(join(tmpdir(), 'extip-unit-'));
  context.after(() => rmSync(folder, { recursive: true }));
  const file = join(folder, RESTORE_UNIT);
  writeFileSync(file, `${RESTORE_UNIT_TEXT}\n`);
  const verified = spawnSync('systemd-analyze', ['verify', file], { encoding: 'utf8' });
  assert.deepEqual([verified.status, verified.stderr], [0, '']);
  writeFileSync(file, RESTORE_UNIT_TEXT.replace('Type=oneshot', 'Type=oneshoot'));
  assert.match(
    spawnSync('systemd-analyze', ['verify', file], { encoding: 'utf8' }).stderr,
    /oneshoot/,
  );
});

test('shellcheck finds nothing in the restore script', () => {
  // What only a function in another one calls, it takes for unreachable.
  const { stdout, status } = spawnSync('shellcheck', ['-s', 'sh', '-e', 'SC2317', '-'], {
    input: RESTORE_TEXT,
    encoding: 'utf8',
  });
  assert.equal(status, 0, stdout);
});

test('both files say which version they are, in the second line', () => {
  for (const text of [RESTORE_TEXT, RESTORE_UNIT_TEXT]) {
    assert.equal(text.split('\n')[1], VERSION_LINE);
  }
});

const label = fc.stringMatching(/^[a-z0-9]([-.a-z0-9]{0,20}[a-z0-9])?$/);
const record: fc.Arbitrary<NodeRecord> = fc.record({
  version: fc.constant(1 as const),
  ip: fc.constantFrom('20.1.0.167', '0.0.0.1', '2001:db8::167', '::ffff:102:304'),
  prefix: fc.constantFrom(32 as const, 128 as const),
  interface: fc.stringMatching(/^[a-z][a-zA-Z0-9_.@$*#&'-]{1,14}$/),
  label: fc.constantFrom(null, 'eth0:extip'),
  preexisting: fc.boolean(),
  persist: fc.constantFrom(undefined, true, false),
  cluster: label,
  services: fc.array(fc.record({ namespace: label, name: label, uid: label, runId: label }), {
    minLength: 1,
    maxLength: 3,
  }),
});

function matching(lines: string[]): string[] {
  const found = spawnSync('grep', ['-E', RECORD_PATTERN], {
    input: lines.map((line) => `${line}\n`).join(''),
    encoding: 'utf8',
    env: { ...process.env, LC_ALL: 'C' },
  });
  return found.stdout.split('\n').slice(0, -1);
}

test('the script reads every record that extip writes', () => {
  const lines = fc.sample(record, 500).map(nodeRecordText);
  assert.deepEqual(matching(lines), lines);
});

test('and reads none that extip would not write: a byte more, one less, one changed', () => {
  const spoilt = fc
    .tuple(record, fc.nat(), fc.constantFrom('', 'x"', '\\', '{', ' '))
    .map(([value, place, change]) => {
      const line = nodeRecordText(value);
      const at = place % line.length;
      return line.slice(0, at) + change + line.slice(at + (change === '' ? 1 : 0));
    });
  for (const line of matching(fc.sample(spoilt, 1000))) {
    // What is left is one: a name is shorter by a letter. Addresses are for ip(8) to judge.
    const { error } = NodeRecord.safeParse(JSON.parse(line));
    assert.deepEqual(error?.issues.filter(({ path: [key] }) => key !== 'ip') ?? [], [], line);
  }
});

test('the pattern is the same to busybox', () => {
  const lines = fc.sample(record, 50).map(nodeRecordText);
  const input = lines.map((line) => `${line}\n`).join('');
  const program = `s#${RECORD_PATTERN}#\\1#p`;
  const count = execFileSync('busybox', ['sed', '-nE', program], { input, encoding: 'utf8' });
  assert.equal(count.split('\n').length - 1, lines.length);
});
