import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/**
 * Folders for the front of PATH that make `sh` what it is on Debian, on Red Hat and on Alpine;
 * busybox brings its own cat, head, timeout, … along, only `ip` stays that of iproute2.
 */
export function createShells() {
  const directory = mkdtempSync(join(tmpdir(), 'extip-shells-'));
  const folder = (name: string) => {
    mkdirSync(join(directory, name));
    return join(directory, name);
  };
  const which = (program: string) =>
    execFileSync('sh', ['-c', 'command -v "$1"', 'sh', program], { encoding: 'utf8' }).trim();

  const paths = { dash: folder('dash'), bash: folder('bash'), busybox: folder('busybox') };
  symlinkSync(which('dash'), join(paths.dash, 'sh'));
  symlinkSync(which('bash'), join(paths.bash, 'sh'));
  execFileSync('busybox', ['--install', '-s', paths.busybox]);
  for (const other of ['ip', 'arping', 'ping', 'mount']) {
    rmSync(join(paths.busybox, other), { force: true });
  }
  return { paths, remove: () => rmSync(directory, { recursive: true }) };
}
