import assert from 'node:assert/strict';
import { cp, mkdtemp, readdir, readFile, rm, stat, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { execa } from 'execa';

const root = join(import.meta.dirname, '..', '..');

// A checkout of its own: other tests may be using the bundle of this one.
let checkout: string;
before(async () => {
  checkout = await mkdtemp(join(tmpdir(), 'extip-build-'));
  for (const name of ['bin', 'completions', 'scripts', 'src', 'package.json']) {
    await cp(join(root, name), join(checkout, name), { recursive: true });
  }
  await symlink(join(root, 'node_modules'), join(checkout, 'node_modules'));
});
after(() => rm(checkout, { recursive: true }));

const build = () => execa(process.execPath, [join(checkout, 'scripts', 'build.ts')]);
const extip = (...args: string[]) =>
  execa(process.execPath, [join(checkout, 'bin', 'extip'), ...args], { env: { HOME: checkout } });
const distFile = (name: string) => join(checkout, 'dist', name);

test('two builds at once make one whole bundle, and leave nothing else', async () => {
  await Promise.all([build(), build(), build()]);
  assert.match((await extip('--version')).stdout, /^\d+\.\d+\.\d+$/);
  assert.deepEqual(
    (await readdir(checkout)).filter((name) => name.startsWith('dist')),
    ['dist'],
  );
});

test('a build of the same sources leaves the bundle as it is', async () => {
  await build();
  const before = await stat(distFile('cli.js'));
  await build();
  assert.equal((await stat(distFile('cli.js'))).ino, before.ino);
});

test('--help and --version load no client, parser, schema, prompt or spinner', async () => {
  const { packages } = await loadedWith('cli.js');
  assert(packages.has('commander'), [...packages].join());
  const heavy = ['@kubernetes/client-node', 'zod', 'yaml', 'inquirer', '@inquirer/prompts', 'ora'];
  for (const name of [...heavy, 'execa']) assert(!packages.has(name), name);
});

test('what draws an explanation is loaded for the format that asks for it', async () => {
  const { sources } = await loadedWith(await entry('explanation-format'));
  assert(sources.has('src/output/explanation-text.ts'), [...sources].join());
  assert.deepEqual(
    [...sources].filter((it) => /^src\/output\/(mermaid|page)\//.test(it)),
    [],
  );
});

test('before explain asks the API it loads nothing that asks nodes, walks or tells', async () => {
  const { sources } = await loadedWith(await entry('run-explain-cluster'));
  assert(sources.has('src/cluster/read-cluster.ts'), [...sources].join());
  const later = /^src\/(net\/netfilter|nodes\/collect|explain\/explain|output\/expl)/;
  assert.deepEqual(
    [...sources].filter((it) => later.test(it)),
    [],
  );
});

test("of Node's own modules only what is used is read", async () => {
  const files = (await readdir(join(checkout, 'dist'))).filter((it) => it.endsWith('.js'));
  for (const file of files) {
    assert.doesNotMatch(await readFile(distFile(file), 'utf8'), /^import [^;]* from "node:/m, file);
  }
});

/** The file that a dynamic import of this module of ours loads. */
async function entry(name: string): Promise<string> {
  const files = await readdir(join(checkout, 'dist'));
  const [file, ...others] = files.filter((it) => new RegExp(`^${name}-\\w+\\.js$`).test(it));
  assert(file !== undefined && others.length === 0, files.join());
  return file;
}

/**
 * The packages and our own sources in the files that importing this one of the bundle loads at once,
 * by esbuild's comments.
 */
async function loadedWith(entry: string): Promise<{ packages: Set<string>; sources: Set<string> }> {
  const packages = new Set<string>();
  const sources = new Set<string>();
  const seen = new Set<string>();
  const load = async (name: string): Promise<void> => {
    if (seen.has(name)) return;
    seen.add(name);
    const source = await readFile(distFile(name), 'utf8');
    for (const [, found = ''] of source.matchAll(
      /^\/\/ .*node_modules\/((?:@[^/]+\/)?[^/]+)\//gm,
    )) {
      packages.add(found);
    }
    for (const [, found = ''] of source.matchAll(/^\/\/ (src\/.*\.ts)$/gm)) sources.add(found);
    const imports = source.matchAll(/^(?:import|export)\b[^'"]*?(?:from )?"\.\/([^"]+)";$/gm);
    for (const [, imported = ''] of imports) await load(imported);
  };
  await load(entry);
  assert(seen.size > 1, 'the bundle is split');
  return { packages, sources };
}

test('the bundle needs no node_modules', async () => {
  const alone = await mkdtemp(join(tmpdir(), 'extip-alone-'));
  for (const name of ['bin', 'dist', 'completions', 'package.json']) {
    await cp(join(checkout, name), join(alone, name), { recursive: true });
  }
  const run = (...args: string[]) =>
    execa(process.execPath, [join(alone, 'bin', 'extip'), ...args], {
      env: { HOME: alone, KUBECONFIG: '/nonexistent' },
      reject: false,
    });
  assert.match((await run('completion', 'bash')).stdout, /^# bash completion for extip/);
  // As far as it gets without a cluster: everything that it needs is loaded by then.
  const { exitCode, stdout } = await run('list', '-o', 'yaml');
  assert.match(stdout, /^apiVersion: extip.dev\/v1\nkind: Error\n/);
  assert.notEqual(exitCode, 70, stdout);
  await rm(alone, { recursive: true });
});

test('the watchdog is a program of its own, which loads no command', async () => {
  const flags = { kubeconfig: '/nonexistent' };
  const order = { flags, undo: [], seconds: 60, fieldManager: 'extip' };
  const { stdout, exitCode } = await execa(process.execPath, [distFile('watchdog.js')], {
    input: `${JSON.stringify(order)}\n`,
    env: { HOME: checkout },
    reject: false,
  });
  assert.equal(JSON.parse(stdout).state, 'refused');
  assert.equal(exitCode, 1);
  const { packages } = await loadedWith('watchdog.js');
  for (const name of ['commander', '@kubernetes/client-node']) assert(!packages.has(name), name);
});

test('the licences of what is bundled are with it', async () => {
  const text = await readFile(distFile('THIRD-PARTY-LICENSES.txt'), 'utf8');
  for (const name of ['@kubernetes/client-node', 'commander', 'yaml', 'zod']) {
    assert.match(text, new RegExp(`^${name} \\d+\\.\\d+\\.\\d+ \\((MIT|ISC|Apache-2.0)\\)$`, 'm'));
  }
  assert.doesNotMatch(text, /^(esbuild|typescript|@biomejs)/m);
  assert.match(text, /Permission is hereby granted/);
});
