import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { globSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

/**
 * `npm run test:full [-- AREA…|AREA/FILE…]`: the long runs, one folder of test/full an area, all of
 * them when none is named. The figures that the files print are shown once more at the end.
 */
const folder = join(import.meta.dirname, 'full');
const every = globSync('*/*.full.ts', { cwd: folder }).sort();
const names = every.map((file) => file.replace(/\.full\.ts$/, ''));
const wanted = process.argv.slice(2);
const isMeant = (name: string, word: string) => name === word || name.startsWith(`${word}/`);
const unknown = wanted.filter((word) => !names.some((name) => isMeant(name, word)));

if (unknown.length > 0) {
  console.error(`test:full: there is no ${unknown.join(', ')}; there are: ${names.join(', ')}`);
  process.exitCode = 2;
} else {
  const files = every.filter(
    (_, index) =>
      wanted.length === 0 || wanted.some((word) => isMeant(names[index] as string, word)),
  );
  process.exitCode = await run(files);
}

async function run(files: string[]): Promise<number> {
  const paths = files.map((file) => join(folder, file));
  const child = spawn(
    process.execPath,
    ['--test', '--test-force-exit', '--test-concurrency=1', ...paths],
    {
      stdio: ['inherit', 'pipe', 'inherit'],
    },
  );
  const ended = once(child, 'close');
  const figures: { what: string; good: number; all: number; outcome: string }[] = [];
  for await (const line of createInterface({ input: child.stdout })) {
    console.log(line);
    const [, what, good, all, outcome] = /^(\w[^:]*): (\d+) of (\d+) (.+)$/.exec(line) ?? [];
    if (what && outcome) figures.push({ what, good: Number(good), all: Number(all), outcome });
  }
  console.log(`\n${files.length} files, ${Math.round(performance.now() / 60_000)} min`);
  const width = Math.max(...figures.map(({ what }) => what.length));
  for (const { what, good, all, outcome } of figures) {
    const mark = good === all ? '✔' : '✖';
    console.log(`${mark} ${what.padEnd(width)}  ${`${good} of ${all}`.padStart(10)} ${outcome}`);
  }
  const [code] = (await ended) as [number | null];
  return code ?? 1;
}
