import assert from 'node:assert/strict';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, type TestContext, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import { execa } from 'execa';
import { pack } from 'tar-stream';
import { type Behaviour, json, status } from '../cluster/stand-in-server.ts';
import { plantedCluster } from '../store/planted-cluster.ts';

const EXTIP = join(import.meta.dirname, '../../bin/extip');
const SYSTEM = { '/api/v1/namespaces/kube-system': json({ metadata: { name: 'kube-system' } }) };
/** What a person waits for the prompt after Ctrl-C, on a busy machine. */
const MOST_SECONDS = 5;

/** A new folder with a configuration by which node k0 does not answer. */
async function prepared(t: TestContext, differences: Record<string, Behaviour>): Promise<string> {
  const { url } = await plantedCluster(t, { ...SYSTEM, ...differences });
  const folder = await mkdtemp(join(tmpdir(), 'extip-interrupted-'));
  t.after(() => rm(folder, { recursive: true }));
  const node = '{ command: [sh, -c, "echo $$ > pid; sleep 60 & wait"] }';
  const config = `clusters: { lab: { nodes: { k0: ${node}, k2: { local: true } } } }\n`;
  await writeFile(join(folder, 'config.yaml'), config, { mode: 0o600 });
  const kubeconfig = `{ apiVersion: v1, kind: Config, current-context: lab,
    clusters: [{ name: lab, cluster: { server: '${url.origin}' } }],
    users: [{ name: ops, user: { token: x } }],
    contexts: [{ name: lab, context: { cluster: lab, user: ops } }] }\n`;
  await writeFile(join(folder, 'kubeconfig'), kubeconfig);
  await mkdir(join(folder, 'tmp'));
  return folder;
}

function extip(folder: string, args: readonly string[]) {
  return execa(process.execPath, [EXTIP, ...args, '--config', 'config.yaml'], {
    cwd: folder,
    env: { KUBECONFIG: 'kubeconfig', TMPDIR: 'tmp' },
    reject: false,
    timeout: 60_000,
  });
}

/** Runs extip in a new folder, Ctrl-C as soon as `hasBegun`. Returns the folder, with what is left. */
async function interrupted(
  t: TestContext,
  args: readonly string[],
  hasBegun: (folder: string) => Promise<boolean>,
  differences: Record<string, Behaviour> = {},
): Promise<string> {
  const folder = await prepared(t, differences);
  const run = extip(folder, args);
  const begun = async () => {
    while (!(await hasBegun(folder))) await sleep(100);
    return null;
  };
  const early = await Promise.race([begun(), run]);
  assert.equal(early, null, early?.stderr);
  run.kill('SIGINT');
  const began = performance.now();
  const { exitCode, stderr } = await run;
  assert.equal(exitCode, 130, stderr);
  assert.ok(performance.now() - began < MOST_SECONDS * 1000);
  assert.deepEqual(await readdir(join(folder, 'tmp')), []);
  return folder;
}

const READING = [['explain', 'web'], ['list'], ['snapshot', 'capture', 's']];

describe('Ctrl-C while the API server does not answer', () => {
  for (const args of READING) {
    test(`ends extip ${args.join(' ')}`, async (t) => {
      let isAsked = false;
      const services = () => {
        isAsked = true;
      };
      await interrupted(t, args, async () => isAsked, { '/api/v1/services': services });
    });
  }
});

describe('Ctrl-C while a node does not answer', () => {
  for (const args of [...READING, ['snapshot', 'capture', 's.tar.gz']]) {
    test(`ends extip ${args.join(' ')} and what asks the node, and leaves nothing`, async (t) => {
      const isAsked = async (folder: string) => existsSync(join(folder, 'pid'));
      const folder = await interrupted(t, args, isAsked);
      await mustBeEnded(folder);
      const left = ['config.yaml', 'kubeconfig', 'pid', 'tmp'];
      assert.deepEqual((await readdir(folder)).sort(), left);
    });
  }
});

test('a failure ends what asks the nodes', async (t) => {
  const denied: Behaviour = async (request, response) => {
    await sleep(3000);
    status(403, 'no right to it')(request, response);
  };
  const folder = await prepared(t, { '/api/v1/namespaces/kube-system': denied });
  const { exitCode, stderr, durationMs } = await extip(folder, ['explain', 'web']);
  assert.equal(exitCode, 1, stderr);
  assert.ok(durationMs < (3 + MOST_SECONDS) * 1000);
  await mustBeEnded(folder);
});

/** What would ask the node k0. */
async function mustBeEnded(folder: string): Promise<void> {
  const pid = Number(await readFile(join(folder, 'pid'), 'utf8'));
  for (let tries = 20; isRunning(-pid); tries--) {
    assert.ok(tries > 0, 'it goes on');
    await sleep(100);
  }
}

/** Whether anything of the process group is there. */
function isRunning(group: number): boolean {
  try {
    return process.kill(group, 0);
  } catch {
    return false;
  }
}

describe('Ctrl-C while a large snapshot is unpacked', () => {
  for (const args of [
    ['explain', 'web', '--snapshot'],
    ['list', '--snapshot'],
    ['snapshot', 'show'],
  ]) {
    test(`ends extip ${args.join(' ')}, and leaves nothing`, async (t) => {
      const folder = await mkdtemp(join(tmpdir(), 'extip-large-'));
      t.after(() => rm(folder, { recursive: true }));
      const path = join(folder, 's.tar.gz');
      await writeFile(path, await largeArchive());
      const isUnpacking = async (cwd: string) => (await readdir(join(cwd, 'tmp'))).length > 0;
      await interrupted(t, [...args, path], isUnpacking);
    });
  }
});

/** Many seconds' work to unpack: zeros, compressed once and there many times. */
async function largeArchive(): Promise<Buffer> {
  const size = 64 * 1024 ** 2;
  const times = 100;
  const tar = pack();
  tar.entry({ name: 'zeros', size: size * times });
  const [header] = await once(tar, 'data');
  const zeros = gzipSync(Buffer.alloc(size), { level: 1 });
  return Buffer.concat([gzipSync(header), ...Array.from({ length: times }, () => zeros)]);
}
