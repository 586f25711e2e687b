import { cp, mkdir, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { execa } from 'execa';
import { withLock } from './lock.ts';
import { cacheDirectory, exists, type GoModule, sourceDirectory } from './programs.ts';

/** Builds a module's programs into the cache, unless another process just did. */
export async function buildPrograms(
  module: GoModule,
  goVersion: string,
  say: (text: string) => void,
): Promise<void> {
  const directory = await cacheDirectory(module, goVersion);
  await mkdir(dirname(directory), { recursive: true });
  await withLock(`${directory}.lock`, async () => {
    if (await exists(directory)) return;
    const started = Date.now();
    const elapsed = () => duration(Math.round((Date.now() - started) / 1000));
    const programs = Object.keys(module.programs).join(', ');
    say(`${module.name}: building ${programs}; about ${module.minutes} min the first time`);
    const ticker = setInterval(() => say(`${module.name}: still building, ${elapsed()}`), 30_000);
    const draft = `${directory}.new`;
    try {
      await rm(draft, { recursive: true, force: true });
      await build(module, draft);
      await rename(draft, directory);
      say(`${module.name}: built in ${elapsed()}`);
    } finally {
      clearInterval(ticker);
    }
  });
}

async function build(module: GoModule, directory: string): Promise<void> {
  const go = async (...args: string[]): Promise<string> => {
    const options = { cwd: sourceDirectory(module), env: { CGO_ENABLED: '0' } };
    return (await execa('go', args, options)).stdout;
  };
  const ask = (format: string, of: string) => go('list', '-m', '-f', format, of);

  const flags = ['-s', '-w'];
  if (module.version) {
    // As in a release's own build; without them the programs say that they are v0.0.0-master.
    const version = await ask('{{.Version}}', module.version.module);
    const [, major, minor] = /^v(\d+)\.(\d+)/.exec(version) ?? [];
    for (const name of module.version.packages) {
      flags.push(`-X=${name}.gitVersion=${version}`);
      flags.push(`-X=${name}.gitMajor=${major}`, `-X=${name}.gitMinor=${minor}`);
    }
  }
  await go('build', `-ldflags=${flags.join(' ')}`, '-o', `${directory}/`, 'tool');
  for (const [name, built] of Object.entries(module.programs)) {
    await rename(join(directory, built), join(directory, name));
  }
  if (!module.data) return;
  const source = await ask('{{.Dir}}', module.data.module);
  await cp(join(source, module.data.folder), join(directory, module.data.name), {
    recursive: true,
  });
}

function duration(seconds: number): string {
  return seconds < 60 ? `${seconds} s` : `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}
