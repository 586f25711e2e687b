import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { chmod, chown, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { isAbsolute, join } from 'node:path';
import { after, before, test } from 'node:test';
import { promisify } from 'node:util';
import { loadConfig } from '../../src/config/load.ts';
import { locateConfig } from '../../src/config/locate.ts';

const run = promisify(execFile);
const isRoot = process.geteuid?.() === 0;

let folder: string;
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'extip-config-'));
});
after(() => rm(folder, { recursive: true }));

async function file(name: string, text: string | Buffer = 'clusters: {lab: {}}\n', mode = 0o600) {
  const path = join(folder, name);
  await writeFile(path, text);
  await chmod(path, mode);
  return path;
}

async function refused(path: string, reason: string, message: RegExp): Promise<void> {
  await assert.rejects(loadConfig(path, {}), (error: Error) => {
    assert.match(error.message, message);
    assert.equal((error as { reason?: string }).reason, reason);
    assert.equal((error as { exitCode?: number }).exitCode, 2);
    return true;
  });
}

test('the flag wins over $EXTIP_CONFIG, that over XDG_CONFIG_HOME, that over ~/.config', () => {
  const env = { EXTIP_CONFIG: '/env', XDG_CONFIG_HOME: '/xdg', HOME: '/home/ann' };
  assert.equal(locateConfig('/flag', env).path, '/flag');
  assert.equal(locateConfig(undefined, env).path, '/env');
  const { EXTIP_CONFIG: _, ...noEnv } = env;
  assert.equal(locateConfig(undefined, noEnv).path, '/xdg/extip/config.yaml');
  assert.equal(
    locateConfig(undefined, { HOME: '/home/ann' }).path,
    '/home/ann/.config/extip/config.yaml',
  );
});

test('an empty variable is as good as none; a relative XDG_CONFIG_HOME is ignored', () => {
  const env = { EXTIP_CONFIG: '', XDG_CONFIG_HOME: 'relative', HOME: '/home/ann' };
  assert.equal(locateConfig(undefined, env).path, '/home/ann/.config/extip/config.yaml');
});

test('a file of the working directory is never the configuration', () => {
  for (const HOME of ['', '.', 'relative']) {
    const { path } = locateConfig(undefined, { HOME, XDG_CONFIG_HOME: HOME });
    assert(isAbsolute(path), `HOME=${HOME} gives ${path}`);
  }
});

test('the default place may be empty, a named file has to be there', async () => {
  assert.deepEqual(await loadConfig(undefined, { HOME: folder }), { clusters: {} });
  await refused(join(folder, 'none'), 'config-missing', /none, named by --config, does not exist/);
  await assert.rejects(loadConfig(undefined, { EXTIP_CONFIG: '/none' }), /named by \$EXTIP_CONFIG/);
});

test('a file of the user, and a link to one, is read', async () => {
  const path = await file('good.yaml');
  await symlink(path, join(folder, 'link.yaml'));
  assert.deepEqual(Object.keys((await loadConfig(path, {})).clusters), ['lab']);
  assert.deepEqual(Object.keys((await loadConfig(join(folder, 'link.yaml'), {})).clusters), [
    'lab',
  ]);
});

test('a file that others can write is refused, with the command that mends it', async () => {
  const group = await file('group.yaml', '', 0o660);
  await refused(group, 'config-unsafe', /can be written by its group/);
  await assert.rejects(loadConfig(group, {}), { help: `chmod go-w -- ${group}` });
  await refused(await file('world.yaml', '', 0o606), 'config-unsafe', /by everybody/);
  const evil = await file("a'; reboot.yaml", '', 0o660);
  const help = `chmod go-w -- '${evil.replace("'", "'\\''")}'`;
  await assert.rejects(loadConfig(evil, {}), { help });
  await run('sh', ['-c', help]);
  assert.deepEqual(await loadConfig(evil, {}), { clusters: {} });
});

test("somebody else's file is refused", { skip: !isRoot && 'only root can make one' }, async () => {
  const path = await file('other.yaml');
  await chown(path, 65534, 65534);
  await refused(path, 'config-unsafe', /belongs to user 65534, neither to you \(0\) nor to root/);
});

test('what is no regular file is refused, and a pipe is not waited for', async () => {
  await mkdir(join(folder, 'directory'));
  await refused(join(folder, 'directory'), 'config-unreadable', /is not a regular file/);
  await run('mkfifo', [join(folder, 'pipe')]);
  await refused(join(folder, 'pipe'), 'config-unreadable', /is not a regular file/);
  await refused('/dev/zero', 'config-unreadable', /is not a regular file/);
});

test('a huge file and one that is not UTF-8 are refused', async () => {
  await refused(await file('huge', Buffer.alloc(1024 * 1024 + 1, ' ')), 'config-invalid', /1 MiB/);
  await refused(await file('latin1', Buffer.from([0x23, 0xfc])), 'config-invalid', /not UTF-8/);
});

test('a file that this user may not read is an error of its own', async (t) => {
  const path = await file('secret.yaml', '', 0o000);
  if (isRoot) {
    process.seteuid?.(65534);
    t.after(() => process.seteuid?.(0));
    await chmod(folder, 0o711).catch(() => {});
  }
  await refused(path, 'config-unreadable', /cannot be read \(EACCES\)/);
});

test('a name that is not fit for a terminal is shown escaped', async () => {
  await refused('/none/\x1b[31m', 'config-missing', /^configuration \/none\/\\x1b\[31m,/);
});
