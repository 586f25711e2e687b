import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, symlinkSync, writeFileSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';

/**
 * The three programs called arping, each in a folder for the front of PATH. Habets' cannot be
 * installed beside iputils' on Debian, so its package is unpacked into the cache folder.
 */
export function createArpings(): Record<'iputils' | 'habets' | 'busybox', string> {
  const directory = mkdtempSync(join(tmpdir(), 'extip-arpings-'));
  const folder = (kind: string) => {
    mkdirSync(join(directory, kind));
    return join(directory, kind);
  };
  const [iputils, habets, busybox] = [folder('iputils'), folder('habets'), folder('busybox')];
  const which = (program: string) =>
    execFileSync('sh', ['-c', 'command -v "$1"', 'sh', program], { encoding: 'utf8' }).trim();
  symlinkSync(which('arping'), join(iputils, 'arping'));
  symlinkSync(which('busybox'), join(busybox, 'arping'));

  const unpacked = unpackHabets();
  const libraries = execFileSync('find', [unpacked, '-name', 'libnet.so*', '-printf', '%h\\n'], {
    encoding: 'utf8',
  });
  const program = join(habets, 'arping');
  writeFileSync(
    program,
    `#!/bin/sh\nLD_LIBRARY_PATH=${libraries.split('\n')[0]} exec ${unpacked}/usr/sbin/arping "$@"\n`,
  );
  chmodSync(program, 0o755);
  return { iputils, habets, busybox };
}

function unpackHabets(): string {
  const cache = process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache');
  const directory = join(cache, 'extip-lab', 'habets-arping');
  if (existsSync(join(directory, 'usr/sbin/arping'))) return directory;
  mkdirSync(directory, { recursive: true });
  execFileSync('apt-get', ['download', 'arping', 'libnet1'], { cwd: directory, stdio: 'pipe' });
  execFileSync('sh', ['-c', 'for deb in *.deb; do dpkg -x "$deb" .; done'], { cwd: directory });
  return directory;
}
