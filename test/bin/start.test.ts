import assert from 'node:assert/strict';
import { cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { transform } from 'esbuild';
import { execa } from 'execa';
import packageJson from '../../package.json' with { type: 'json' };

const root = join(import.meta.dirname, '..', '..');

// A checkout of its own, with a bundle that says how it was started.
let checkout: string;
before(async () => {
  checkout = await mkdtemp(join(tmpdir(), 'extip-bin-'));
  await cp(join(root, 'bin'), join(checkout, 'bin'), { recursive: true });
  await mkdir(join(checkout, 'dist'));
  await writeFile(
    join(checkout, 'dist', 'cli.js'),
    'export async function main(name, args) { console.log(JSON.stringify([name, args])); }',
  );
  await writeFile(join(checkout, 'package.json'), '{"type": "module"}');
});
after(() => rm(checkout, { recursive: true }));

function start(name: string, args: string[], node = process.execPath) {
  const env = { HOME: checkout, XDG_CACHE_HOME: '', NODE_COMPILE_CACHE: undefined };
  return execa(node, [join(checkout, 'bin', name), ...args], { reject: false, env });
}

test('each program starts the bundle under the name that the user typed', async () => {
  const cases: [program: string, name: string, args: string[]][] = [
    ['extip', 'extip', ['list', '-A']],
    ['kubectl-extip', 'kubectl extip', ['list', '-A']],
    ['kubectl_complete-extip', 'kubectl extip', ['__complete', 'list', '-A']],
  ];
  for (const [program, name, args] of cases) {
    const { stdout } = await start(program, ['list', '-A']);
    assert.deepEqual(JSON.parse(stdout), [name, args], program);
  }
});

test('the programs can be executed as they are, also through a link', async () => {
  const link = join(checkout, 'extip-link');
  await execa('ln', ['-s', join(checkout, 'bin', 'extip'), link]);
  const path = `${join(root, 'node_modules', '.bin')}:${process.env.PATH}`;
  const { stdout } = await execa(link, ['--version'], { env: { PATH: path } });
  assert.deepEqual(JSON.parse(stdout), ['extip', ['--version']]);
});

test('compiled code is cached under the user, not in the /tmp that all share', async () => {
  await start('extip', []);
  const { stdout } = await execa('find', [join(checkout, '.cache', 'extip'), '-type', 'f']);
  assert.notEqual(stdout, '');
});

for (const HOME of ['/proc', '/nonexistent/home', '', 'relative']) {
  test(`it starts without a cache where HOME is '${HOME}'`, async (t) => {
    const cwd = await mkdtemp(join(tmpdir(), 'extip-cwd-'));
    t.after(() => rm(cwd, { recursive: true }));
    const { exitCode, stdout, stderr } = await execa(
      process.execPath,
      [join(checkout, 'bin', 'extip')],
      { cwd, reject: false, timeout: 10_000, env: { HOME, XDG_CACHE_HOME: '' } },
    );
    assert.deepEqual([exitCode, stdout, stderr], [0, '["extip",[]]', '']);
    assert.deepEqual(await readdir(cwd), [], 'and leaves nothing where it was called');
  });
}

test('without a bundle it says what to run', async (t) => {
  const empty = await mkdtemp(join(tmpdir(), 'extip-bin-'));
  t.after(() => rm(empty, { recursive: true }));
  await cp(join(root, 'bin'), join(empty, 'bin'), { recursive: true });
  const { exitCode, stdout, stderr } = await execa(
    process.execPath,
    [join(empty, 'bin', 'extip')],
    {
      reject: false,
    },
  );
  assert.deepEqual(
    [exitCode, stdout, stderr],
    [1, '', `extip is not built: run npm ci (or npm run build) in ${empty}`],
  );
});

test('the Node it asks for is the one that package.json names', async () => {
  const source = await readFile(join(root, 'bin', 'start.js'), 'utf8');
  const [, major, minor] = /NEEDED = \[(\d+), (\d+)\]/.exec(source) ?? [];
  assert.equal(packageJson.engines.node, `>=${major}.${minor}`);
});

// process.versions is read-only for no test: an old Node is what its version says.
for (const version of ['0.10.48', '12.22.12', '20.20.2', '22.18.0']) {
  test(`Node ${version} gets one line and exit 1`, async () => {
    const program = `
      Object.defineProperty(process, 'version', { value: 'v${version}' });
      Object.defineProperty(process, 'versions', { value: { node: '${version}' } });
      require('${join(checkout, 'bin', 'start.js')}')('extip');`;
    const { exitCode, stderr } = await execa(process.execPath, ['-e', program], { reject: false });
    const here = process.execPath;
    const line = `extip needs Node 22.19 or newer; this is v${version} (${here})`;
    assert.deepEqual([exitCode, stderr], [1, line]);
  });
}

test('a real old Node, where the machine has one, gets that line too', async (t) => {
  const { stdout: found } = await execa({ shell: true })`command -v -p node || true`;
  const version = found && (await execa(found, ['--version'])).stdout;
  if (!version || Number(version.slice(1).split('.')[0]) > 21) return t.skip('none is installed');
  const { exitCode, stdout, stderr } = await start('extip', ['list'], found);
  const line = `extip needs Node 22.19 or newer; this is ${version} (${found})`;
  assert.deepEqual([exitCode, stdout, stderr], [1, '', line]);
});

for (const file of ['start.js', 'extip', 'kubectl-extip', 'kubectl_complete-extip']) {
  test(`bin/${file} is ES5, which any Node can parse`, async () => {
    const source = await readFile(join(root, 'bin', file), 'utf8');
    // esbuild refuses most newer syntax for es5; what it could rewrite, the second check finds.
    const { code } = await transform(source, { target: 'es5' });
    const { code: asWritten } = await transform(source, { target: 'esnext' });
    assert.equal(code, asWritten);
    assert.doesNotMatch(source, /,\s*\)/, 'no trailing comma in a call (ES2017)');
  });
}
