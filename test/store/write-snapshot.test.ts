import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import type { SnapshotInfo } from '../../src/snapshot/info.ts';
import { openSnapshot } from '../../src/store/open-snapshot.ts';
import { type SnapshotWriter, startSnapshot } from '../../src/store/write-snapshot.ts';

const { signal } = new AbortController();
const REFUSED = { reason: 'not-a-snapshot', exitCode: 7 };

async function folderOf(t: TestContext): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'extip-write-'));
  t.after(() => rm(folder, { recursive: true }));
  return folder;
}

/** The least that a snapshot may be of, before it has its name. */
async function begun(path: string, extip = '0.1.0'): Promise<SnapshotWriter> {
  const writer = await startSnapshot(path);
  const info: SnapshotInfo = {
    ...{ apiVersion: 'extip.dev/v1', kind: 'Snapshot', takenAt: '2026-11-22T00:09:54Z', extip },
    ...{ server: null, apiServerAddresses: [], unread: [] },
  };
  await writer.write('snapshot.json', [JSON.stringify(info)]);
  await writer.write('nodes/k0/sysctl.txt', ['']);
  return writer;
}

async function refused(path: string): Promise<void> {
  await assert.rejects(startSnapshot(path), REFUSED, path);
}

describe('writing a snapshot', () => {
  it('replaces a snapshot, and nothing else', async (t) => {
    const folder = await folderOf(t);
    const at = (name: string) => join(folder, name);
    await mkdir(at('mine'));
    await writeFile(at('mine/snapshot.json'), '{"mine": 1}');
    await writeFile(at('mine.tar.gz'), 'x');
    for (const name of ['mine', 'mine.tar.gz']) await refused(at(name));
    await assert.rejects(startSnapshot(at('none/s')), /cannot be written \(ENOENT\)/);
    for (const name of ['s', 's.tar.gz']) {
      for (const extip of ['0.1.0', '0.2.0']) {
        const writer = await begun(at(name), extip);
        assert.equal(existsSync(at(name)), extip === '0.2.0', 'nothing before the end');
        await writer.finish(signal);
      }
      const { info, close } = await openSnapshot(at(name));
      assert.equal(info?.extip, '0.2.0');
      await close();
      await symlink(name, at(`link-to-${name}`));
      await refused(at(`link-to-${name}`));
    }
    const left = ['link-to-s', 'link-to-s.tar.gz', 'mine', 'mine.tar.gz', 's', 's.tar.gz'];
    assert.deepEqual((await readdir(folder)).sort(), left);
    await (await begun(at('given-up'))).discard();
    assert.deepEqual((await readdir(folder)).sort(), left);
  });

  it('replaces no folder and no archive that has more than a snapshot in it', async (t) => {
    const folder = await folderOf(t);
    const at = (name: string) => join(folder, name);
    for (const other of ['thesis.tex', 'nodes/k0/thesis.tex', 'thesis/part-1']) {
      await (await begun(at('s'))).finish(signal);
      await mkdir(dirname(at(`s/${other}`)), { recursive: true });
      await writeFile(at(`s/${other}`), 'years of work');
      await refused(at('s'));
      execFileSync('tar', ['-C', at('s'), '-czf', at('s.tar.gz'), '.']);
      await refused(at('s.tar.gz'));
      assert.equal(await readFile(at(`s/${other}`), 'utf8'), 'years of work');
      await rm(at('s'), { recursive: true });
    }
  });

  it('does not replace what was put there while it was read', async (t) => {
    const folder = await folderOf(t);
    for (const name of ['s', 's.tar.gz']) {
      const path = join(folder, name);
      const writer = await begun(path);
      await writeFile(path, 'years of work');
      await assert.rejects(writer.finish(signal), REFUSED);
      await writer.discard();
      assert.equal(await readFile(path, 'utf8'), 'years of work');
    }
    assert.deepEqual((await readdir(folder)).sort(), ['s', 's.tar.gz']);
  });
});
