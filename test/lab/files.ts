import { constants } from 'node:fs';
import { mkdir, open, readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { HostState } from './state.ts';

/** Where a file of a host is found from outside. */
export function pathFromOutside(host: HostState, path: string): string {
  return `/proc/${host.init.pid}/root${path}`;
}

/** Writes a file on a host, with the folders above it. */
export async function writeFileOn(
  host: HostState,
  path: string,
  content: string,
  mode = 0o644,
): Promise<void> {
  const file = pathFromOutside(host, path);
  await mkdir(dirname(file), { recursive: true });
  // An absolute symbolic link would lead out of the host to the machine's own file.
  const { O_WRONLY, O_CREAT, O_TRUNC, O_NOFOLLOW } = constants;
  const handle = await open(file, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW, mode);
  try {
    await handle.writeFile(content);
    await handle.chmod(mode);
  } finally {
    await handle.close();
  }
}

/** Reads a file of a host. */
export async function readFileOn(host: HostState, path: string): Promise<string> {
  return readFile(pathFromOutside(host, path), 'utf8');
}
