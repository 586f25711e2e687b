import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, afterEach, describe, test } from 'node:test';
import { applyNodeChange } from '../../../src/nodes/change.ts';
import { changeScript } from '../../../src/nodes/change-script.ts';
import { collectNode } from '../../../src/nodes/collect.ts';
import {
  RESTORE_TEXT,
  RESTORE_UNIT,
  RESTORE_UNIT_TEXT,
} from '../../../src/nodes/persistence/restore-files.ts';
import { renderScript } from '../../../src/nodes/script.ts';
import type { NodeChange } from '../../../src/plan/action.ts';
import { buildRecord } from '../../build-snapshot.ts';
import { createSegment, NO_SEGMENT } from '../segment.ts';
import { createShells } from '../shells.ts';

const FENCE = { cluster: 'c1', transitions: 1, step: 1 };
const [FIRST, SECOND] = ['10.9.0.50', '10.9.0.51'].map((ip) =>
  buildRecord({ ip, interface: 'eth0', label: 'eth0:extip', persist: true }),
) as [ReturnType<typeof buildRecord>, ReturnType<typeof buildRecord>];

const write = (record: typeof FIRST): NodeChange => ({ type: 'write-record', record });
const remove = (record: typeof FIRST): NodeChange => ({ type: 'remove-record', ip: record.ip });

describe('what restores addresses after a boot', { skip: NO_SEGMENT }, () => {
  if (NO_SEGMENT) return;
  const shells = createShells();
  const segment = createSegment({ k0: ['10.9.0.1/24'], k2: [] });
  segment.runSystemd('k0');
  const folder = join(segment.varLib('k0'), 'extip');
  const units = segment.units('k0');
  const link = join(units, 'multi-user.target.wants', RESTORE_UNIT);
  afterEach(() => {
    rmSync(folder, { recursive: true, force: true });
    for (const name of readdirSync(units)) rmSync(join(units, name), { recursive: true });
  });
  after(() => {
    segment.remove();
    shells.remove();
  });
  const reach = (options = {}) => segment.reach('k0', options);
  const apply = (change: NodeChange, options = {}) =>
    applyNodeChange(reach(options), change, FENCE);
  const restoreState = async (host = 'k0', path?: string) => {
    const { argv } = segment.reach(host, path ? { path } : {});
    const config = { [host]: { command: argv.slice(0, -2) } };
    const state = await collectNode({ metadata: { name: host } }, { ssh: {}, config });
    return state.facts?.restore;
  };

  /** Every file of the node that extip may write, but for the fence. */
  function files(): Record<string, string> {
    const found: Record<string, string> = {};
    for (const top of [folder, units].filter((each) => existsSync(each))) {
      for (const name of readdirSync(top, { recursive: true, encoding: 'utf8' })) {
        const path = join(top, name);
        const stat = statSync(path, { throwIfNoEntry: false });
        if (stat?.isDirectory() || name.startsWith('fence')) continue;
        const content = stat
          ? `${stat.mode & 0o777} ${readFileSync(path, 'utf8')}`
          : readlinkSync(path);
        found[path] = content;
      }
    }
    return found;
  }

  for (const [name, folderOfShell] of Object.entries(shells.paths)) {
    const path = `${folderOfShell}:${process.env.PATH}`;
    test(`with ${name}: comes with the first record and goes with the last`, async () => {
      assert.deepEqual(await restoreState('k0', path), { unit: 'absent', obstacle: null });
      assert.deepEqual(await apply(write(FIRST), { path }), { changed: true });
      assert.equal(readFileSync(join(folder, 'restore'), 'utf8'), `${RESTORE_TEXT}\n`);
      assert.equal(statSync(join(folder, 'restore')).mode & 0o7777, 0o755);
      assert.equal(readFileSync(join(units, RESTORE_UNIT), 'utf8'), `${RESTORE_UNIT_TEXT}\n`);
      assert.equal(readlinkSync(link), `/etc/systemd/system/${RESTORE_UNIT}`);
      assert.deepEqual(await restoreState('k0', path), { unit: 'current', obstacle: null });
      assert.deepEqual(await apply(write(FIRST), { path }), { changed: false });

      await apply(write(SECOND), { path });
      await apply(remove(FIRST), { path });
      assert.equal((await restoreState('k0', path))?.unit, 'current');
      assert.deepEqual(await apply(write({ ...SECOND, persist: false }), { path }), {
        changed: true,
      });
      assert.equal((await restoreState('k0', path))?.unit, 'absent');
      await apply(remove(SECOND), { path });
      assert.deepEqual(files(), {});
    });
  }

  test('a record that is not to be restored brings nothing along', async () => {
    await apply(write({ ...FIRST, persist: false }));
    assert.deepEqual(Object.keys(files()), [join(folder, '10.9.0.50.json')]);
  });

  test('files of another version are replaced with the next record', async () => {
    await apply(write(FIRST));
    writeFileSync(join(folder, 'restore'), '#!/bin/sh\n# version 0\n');
    assert.equal((await restoreState())?.unit, 'other');
    assert.deepEqual(await apply(write(SECOND)), { changed: true });
    assert.equal(readFileSync(join(folder, 'restore'), 'utf8'), `${RESTORE_TEXT}\n`);
    assert.equal((await restoreState())?.unit, 'current');
  });

  test('without systemd: the record is written, and why it is not restored is said', async () => {
    assert.deepEqual(await restoreState('k2'), {
      unit: 'absent',
      obstacle: 'there is no systemd',
    });
    const done = await applyNodeChange(segment.reach('k2'), write(FIRST), FENCE);
    assert.deepEqual(done, { changed: true, message: 'there is no systemd' });
  });

  test('a unit that is masked stays so', async () => {
    symlinkSync('/dev/null', join(units, RESTORE_UNIT));
    const message = 'extip-restore.service is masked';
    assert.deepEqual(await restoreState(), { unit: 'absent', obstacle: message });
    assert.deepEqual(await apply(write(FIRST)), { changed: true, message });
    await apply(remove(FIRST));
    assert.equal(readlinkSync(join(units, RESTORE_UNIT)), '/dev/null');
  });

  /** A way to k0 where /etc/systemd/system is read-only, as on NixOS. */
  function readOnly() {
    const { argv, ...rest } = reach();
    const mount = 'mount -o remount,bind,ro /etc/systemd/system && exec "$@"';
    return { ...rest, argv: [...argv.slice(0, -5), 'sh', '-c', mount, 'sh', ...argv.slice(-5)] };
  }

  test('where /etc/systemd/system is read-only: seen beforehand, and no reason to fail', async () => {
    const config = { k0: { command: readOnly().argv.slice(0, -2) } };
    const { facts } = await collectNode({ metadata: { name: 'k0' } }, { ssh: {}, config });
    const obstacle = '/etc/systemd/system is read-only';
    assert.deepEqual(facts?.restore, { unit: 'absent', obstacle });
    const { changed, message } = await applyNodeChange(readOnly(), write(FIRST), FENCE);
    assert.equal(changed, true);
    assert.match(message ?? '', /Read-only file system/);
    assert.ok(existsSync(join(folder, '10.9.0.50.json')));
  });

  test('it became read-only since: the record goes all the same, and what is left is said', async () => {
    await apply(write(FIRST));
    const { changed, message } = await applyNodeChange(readOnly(), remove(FIRST), FENCE);
    assert.equal(changed, true);
    assert.match(message ?? '', /Read-only file system/);
    assert.ok(!existsSync(join(folder, '10.9.0.50.json')));
  });

  describe('kill -9 before any of its commands', () => {
    // Stands before the real program: when the count is at the point, the whole session dies.
    const shims = mkdtempSync(join(tmpdir(), 'extip-shims-'));
    for (const program of ['mv', 'rm', 'chmod', 'systemctl', 'sync']) {
      const shim = join(shims, program);
      writeFileSync(
        shim,
        `#!/bin/bash
read -r point <"${shims}/point"; read -r count <"${shims}/count"
echo $((count + 1)) >"${shims}/count"
if [ "$count" = "$point" ]; then
  all=$(ps -o pid= -s $(ps -o sid= -p $$))
  others=$(for pid in $all; do [ "$pid" = $$ ] || echo "$pid"; done)
  # At once: who is killed late would see the others fail, and go on.
  kill -STOP $others
  kill -9 $others $$
fi
exec /usr/bin/${program} "$@"
`,
      );
      chmodSync(shim, 0o755);
    }
    after(() => rmSync(shims, { recursive: true }));

    /** Runs the change until the point; -1: to its end. Returns how many commands there were. */
    async function runTo(change: NodeChange, point: number): Promise<number> {
      writeFileSync(join(shims, 'point'), `${point}\n`);
      writeFileSync(join(shims, 'count'), '0\n');
      const { argv } = reach({ path: `${shims}:${process.env.PATH}` });
      const [program = '', ...args] = ['setsid', '-w', ...argv];
      const child = spawn(program, args, { stdio: ['pipe', 'ignore', 'ignore'] });
      child.stdin.on('error', () => {});
      child.stdin.end(renderScript(changeScript(change, FENCE), 'extip-mark'));
      await once(child, 'exit');
      return Number(readFileSync(join(shims, 'count'), 'utf8'));
    }

    for (const [what, change, opposite] of [
      ['write', write(FIRST), remove(FIRST)],
      ['remove', remove(FIRST), write(FIRST)],
      ['stop restoring', write({ ...FIRST, persist: false }), write(FIRST)],
    ] as const) {
      test(`${what}: the same or the opposite change makes it whole`, async () => {
        await apply(opposite);
        const before = files();
        const points = await runTo(change, -1);
        const done = files();
        assert.ok(points >= 4, `${points} commands`);
        for (const mend of [change, opposite]) {
          for (let point = 0; point < points; point++) {
            await apply(opposite);
            assert.deepEqual(files(), before);
            assert.equal(await runTo(change, point), point + 1);
            await apply(mend);
            assert.deepEqual(files(), mend === change ? done : before, `point ${point}`);
          }
        }
      });
    }
  });
});
