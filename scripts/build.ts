/** Bundles the programs, with what they import, into dist/: they start fast and need no node_modules. */
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { build } from 'esbuild';
import { leanImports } from './lean-imports.ts';
import { thirdPartyLicenses } from './third-party-licenses.ts';

const root = join(import.meta.dirname, '..');
await install(await bundle(), join(root, 'dist'));

type Files = Map<string, Uint8Array>;

async function bundle(): Promise<Files> {
  const { outputFiles, metafile } = await build({
    absWorkingDir: root,
    entryPoints: ['src/cli.ts', 'src/watchdog.ts'],
    outdir: 'dist',
    bundle: true,
    // What is imported with import() becomes a file of its own, loaded when it is needed.
    splitting: true,
    platform: 'node',
    target: 'node22',
    format: 'esm',
    plugins: [leanImports],
    metafile: true,
    write: false,
  });
  const licenses = await thirdPartyLicenses(root, Object.keys(metafile.inputs));
  return new Map([
    ...outputFiles.map(
      ({ path, text }) => [basename(path), Buffer.from(withRequire(text))] as const,
    ),
    ['THIRD-PARTY-LICENSES.txt', Buffer.from(licenses)],
  ]);
}

/** The CommonJS packages among them call require, through a function of esbuild's in one of the files. */
function withRequire(text: string): string {
  if (!text.includes('typeof require')) return text;
  return `const require = process.getBuiltinModule('node:module').createRequire(import.meta.url);\n${text}`;
}

/** Puts the files in place as a whole: whoever starts extip meanwhile finds an old or a new one. */
async function install(files: Files, dist: string): Promise<void> {
  if (await isSame(files, dist)) return;
  const fresh = `${dist}.${process.pid}`;
  const old = `${fresh}.old`;
  await mkdir(fresh);
  for (const [name, content] of files) await writeFile(join(fresh, name), content);
  await mkdir(dist, { recursive: true });
  await rename(dist, old);
  try {
    await rename(fresh, dist);
  } catch (error) {
    // Another build was faster with its rename, of the same sources.
    if ((error as NodeJS.ErrnoException).code !== 'ENOTEMPTY') throw error;
    await rm(fresh, { recursive: true });
  }
  await rm(old, { recursive: true });
}

async function isSame(files: Files, dist: string): Promise<boolean> {
  const names = await readdir(dist).catch(() => []);
  if (names.length !== files.size) return false;
  const same = await Promise.all(
    [...files].map(async ([name, content]) => {
      const present = await readFile(join(dist, name)).catch(() => null);
      return present?.equals(content) ?? false;
    }),
  );
  return same.every(Boolean);
}
