import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { withLock } from './lock.ts';
import { environmentVariable } from './programs.ts';

const program = fileURLToPath(new URL('provision.ts', import.meta.url));
const isRoot = process.platform === 'linux' && process.getuid?.() === 0;

describe('provisioning', () => {
  it('names what is missing and what is skipped for it', { skip: !isRoot }, async () => {
    const provision = async (env: Record<string, string>) => {
      const run = await execa(process.execPath, [program], { env, reject: false });
      return { stderr: run.stderr, exitCode: run.exitCode };
    };
    const path = '/usr/sbin:/usr/bin:/sbin:/bin';
    const withoutGo = { PATH: path, XDG_CACHE_HOME: '/nonexistent' };
    const { stderr, exitCode } = await provision({ ...withoutGo, EXTIP_REQUIRE_LAB: '' });
    assert.equal(exitCode, 0);
    assert.match(stderr, /^provision: MISSING .*kube-proxy.*: Go is not installed$/m);
    assert.match(stderr, /^provision: SKIPPED for it: the lab/m);
    assert.equal((await provision({ ...withoutGo, EXTIP_REQUIRE_LAB: '1' })).exitCode, 1);
    const named = await provision({ EXTIP_LAB_KUBE_PROXY: '/nonexistent' });
    assert.match(named.stderr, /MISSING EXTIP_LAB_KUBE_PROXY: there is no \/nonexistent/);
  });

  it('takes a program from the environment variable of its name', () => {
    assert.equal(environmentVariable('kube-proxy'), 'EXTIP_LAB_KUBE_PROXY');
  });

  it('is done by one process at a time', { skip: process.platform !== 'linux' }, async () => {
    const directory = await mkdtemp(join(tmpdir(), 'lock-'));
    let inside = 0;
    const work = () =>
      withLock(join(directory, 'lock'), async () => {
        inside++;
        await new Promise((resolve) => setTimeout(resolve, 20));
        assert.equal(inside, 1);
        inside--;
      });
    await Promise.all([work(), work(), work()]);
    await rm(directory, { recursive: true });
  });
});
