import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, renameSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

/**
 * The folder in which Debian packages are unpacked, without being installed: some programs cannot
 * be installed beside others of the same name. Kept in the cache. Throws where they cannot be had.
 */
export function unpackedPackages(...packages: string[]): string {
  const cache = join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'extip-lab');
  const directory = join(cache, `debian-${packages.join('-')}`);
  if (existsSync(directory)) return directory;
  mkdirSync(cache, { recursive: true });
  const fresh = mkdtempSync(join(cache, 'unpacking-'));
  const run = (script: string) =>
    execFileSync('sh', ['-ec', script, 'sh', ...packages], { cwd: fresh, stdio: 'pipe' });
  run('apt-get download "$@" || { apt-get update -qq && apt-get download "$@"; }');
  run('for deb in *.deb; do dpkg -x "$deb" .; done');
  if (!existsSync(directory)) renameSync(fresh, directory);
  return directory;
}
