import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { unpackedPackages } from './debian-packages.ts';

/**
 * The three programs called arping, each in a folder for the front of PATH. Habets' cannot be
 * installed beside iputils' on Debian, so its package is unpacked into the cache folder.
 */
export function createArpings() {
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

  const unpacked = unpackedPackages('arping', 'libnet1');
  const find = ['-name', 'libnet.so*', '-printf', '%h\\n'];
  const [libraries] = execFileSync('find', [unpacked, ...find], { encoding: 'utf8' }).split('\n');
  const program = join(habets, 'arping');
  const script = `LD_LIBRARY_PATH=${libraries} exec ${unpacked}/usr/sbin/arping "$@"`;
  writeFileSync(program, `#!/bin/sh\n${script}\n`);
  chmodSync(program, 0o755);
  return {
    paths: { iputils, habets, busybox },
    remove: () => rmSync(directory, { recursive: true }),
  };
}
