import assert from 'node:assert/strict';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { execa } from 'execa';
import { plantedCluster } from './planted-cluster.ts';

const EXTIP = join(import.meta.dirname, '../../bin/extip');

for (const name of ['s', 's.tar.gz']) {
  test(`Ctrl-C while extip snapshot capture ${name} reads leaves nothing`, async (t) => {
    const { url } = await plantedCluster(t);
    const folder = await mkdtemp(join(tmpdir(), 'extip-interrupted-'));
    t.after(() => rm(folder, { recursive: true }));
    const at = (file: string) => join(folder, file);
    await writeFile(
      at('config.yaml'),
      'clusters: { lab: { nodes: { k0: { local: true }, k2: { command: [sh, -c, "sleep 6"] } } } }\n',
      { mode: 0o600 },
    );
    await writeFile(
      at('kubeconfig'),
      `{ apiVersion: v1, kind: Config, current-context: lab,
        clusters: [{ name: lab, cluster: { server: '${url.origin}' } }],
        users: [{ name: ops, user: { token: x } }],
        contexts: [{ name: lab, context: { cluster: lab, user: ops } }] }\n`,
    );
    const args = ['snapshot', 'capture', name, '--config', 'config.yaml'];
    const run = execa(process.execPath, [EXTIP, ...args, '--kubeconfig', 'kubeconfig'], {
      cwd: folder,
      reject: false,
      timeout: 30_000,
    });
    for (let tries = 100; (await readdir(folder)).length < 3; tries--) {
      assert.ok(tries > 0, 'it does not begin');
      await sleep(100);
    }
    await sleep(1500);
    run.kill('SIGINT');
    const { exitCode, stderr } = await run;
    assert.equal(exitCode, 130, stderr);
    assert.deepEqual((await readdir(folder)).sort(), ['config.yaml', 'kubeconfig']);
  });
}
