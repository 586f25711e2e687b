import assert from 'node:assert/strict';
import { copyFile, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { execa } from 'execa';

const root = join(import.meta.dirname, '..');

const PURE_MODULES = [
  'src/calico/judge.ts',
  'src/doctor/examination.ts',
  'src/explain/explain.ts',
  'src/metallb/pools.ts',
  'src/net/ip.ts',
  'src/net/netfilter/walk.ts',
  'src/plan/assign.ts',
  'src/snapshot/kubernetes.ts',
  'src/snapshot/model.ts',
  'src/snapshot/queries.ts',
  'src/snapshot/records.ts',
];

const FORBIDDEN = [
  'node:fs',
  'node:fs/promises',
  'child_process',
  'execa',
  '@kubernetes/client-node',
  '@inquirer/prompts',
  'chalk',
  '../cluster/api.ts',
  '../../nodes/reach.ts',
  '../output/table.ts',
  '../commands/options.ts',
  '../config/load.ts',
];

const ALLOWED = [
  './other.ts',
  '../net/ip.ts',
  '../snapshot/model.ts',
  '../errors.ts',
  '../once-per.ts',
  '../quote.ts',
  '../unless-aborted.ts',
  'zod/mini',
];

test('the linter refuses I/O in pure modules, and nothing else', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'extip-boundaries-'));
  t.after(() => rm(folder, { recursive: true }));
  await copyFile(join(root, 'biome.json'), join(folder, 'biome.json'));
  const source = [...FORBIDDEN, ...ALLOWED].map((name) => `import '${name}';\n`).join('');
  const modules = [...PURE_MODULES, 'src/nodes/reach.ts'];
  for (const module of modules) await write(join(folder, module), source);

  const refused = await refusedLines(folder);

  const forbiddenLines = FORBIDDEN.map((_, index) => index + 1);
  for (const module of PURE_MODULES) assert.deepEqual(refused(module), forbiddenLines, module);
  assert.deepEqual(refused('src/nodes/reach.ts'), [], 'a module that is not pure');
});

async function write(file: string, text: string): Promise<void> {
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, text);
}

/** On which lines the linter, with the project's configuration, refuses an import. */
async function refusedLines(folder: string): Promise<(module: string) => number[]> {
  const options = ['--vcs-enabled=false', '--max-diagnostics=none', '--reporter=json'];
  const biome = join(root, 'node_modules', '.bin', 'biome');
  const { stdout } = await execa(biome, ['lint', ...options], { cwd: folder, reject: false });
  const { diagnostics } = JSON.parse(stdout) as {
    diagnostics: { category: string; location: { path: string; start: { line: number } } }[];
  };
  const refusals = diagnostics.filter(({ category }) => category.endsWith('noRestrictedImports'));
  return (module) =>
    refusals
      .filter(({ location }) => location.path === module)
      .map(({ location }) => location.start.line)
      .sort((a, b) => a - b);
}
