import { spawnSync } from 'node:child_process';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * `npm run test:full [-- AREA…]`: the long runs, one folder of test/full an area, all of them when
 * none is named.
 */
const folder = join(import.meta.dirname, 'full');
const entries = await readdir(folder, { withFileTypes: true });
const areas = entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
const wanted = process.argv.length > 2 ? process.argv.slice(2) : areas;
const unknown = wanted.filter((area) => !areas.includes(area));

if (unknown.length > 0) {
  console.error(`test:full: no area ${unknown.join(', ')}; the areas: ${areas.join(', ')}`);
  process.exitCode = 2;
} else {
  const patterns = wanted.map((area) => join(folder, area, '*.full.ts'));
  const { status } = spawnSync(process.execPath, ['--test', '--test-concurrency=1', ...patterns], {
    stdio: 'inherit',
  });
  process.exitCode = status ?? 1;
}
