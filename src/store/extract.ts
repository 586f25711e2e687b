import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, statfs } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { type Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { extract } from 'tar-stream';
import { UsageError } from '../errors.ts';
import { oneLine } from '../output/sanitize.ts';
import { pathInSnapshot } from '../snapshot/layout.ts';
import { MAX_FILE_BYTES } from './read-file.ts';

/** More than any cluster has nodes times files. */
const MAX_FILES = 250_000;
/** Of the file system of the temporary folder so much stays free. */
const KEPT_FREE_BYTES = 256 * 1024 ** 2;
/** The names of a tar are short; a header that goes on and on would be kept in memory. */
const MAX_HEADER_BYTES = 16 * 1024 ** 2;

/**
 * Unpacks the files of a snapshot that `wanted` says, and nothing else: an archive may come from a
 * stranger, so of its names only those of a snapshot's own layout are written, links are left out,
 * and it stops before the disk is full. `hasOthers`: there is more in it than files of a snapshot.
 * Throws UsageErrors.
 */
export async function extractSnapshot(
  archive: string,
  folder: string,
  wanted: (path: string) => boolean,
): Promise<{ hasOthers: boolean }> {
  const { bavail, bsize } = await statfs(folder);
  let space = bavail * bsize - KEPT_FREE_BYTES;
  let files = 0;
  let unread = 0;
  let hasOthers = false;
  const seen = new Set<string>();
  const refuse = (why: string) =>
    new UsageError(`${oneLine(archive)}: ${why}`, { reason: 'bad-archive' });

  async function* progressing(content: AsyncIterable<Buffer>) {
    for await (const chunk of content) {
      unread = 0;
      yield chunk;
    }
  }

  const write = async (path: string, size: number, content: Readable) => {
    if (seen.has(path)) throw refuse(`has ${path} twice`);
    seen.add(path);
    space -= size;
    files++;
    if (size > MAX_FILE_BYTES) throw refuse(`${path} is larger than 512 MB`);
    if (files > MAX_FILES) throw refuse(`has more than ${MAX_FILES} files`);
    if (space < 0) throw refuse('there is not enough space to unpack it');
    const target = join(folder, path);
    await mkdir(dirname(target), { recursive: true });
    await pipeline(content, progressing, createWriteStream(target, { flags: 'wx', mode: 0o600 }));
  };

  const tar = extract();
  tar.on('entry', ({ name, type, size = 0 }, content, next) => {
    unread = 0;
    // Whoever stops the archive is told; the entry would tell once more.
    content.on('error', () => {});
    const path = type === 'file' ? pathInSnapshot(name) : null;
    if (path === null && type !== 'directory') hasOthers = true;
    if (path !== null && wanted(path)) write(path, size, content as never).then(() => next(), next);
    else {
      content.on('data', () => {
        unread = 0;
      });
      content.on('end', next);
    }
  });
  const watched = new Transform({
    transform(chunk, _encoding, done) {
      unread += chunk.length;
      if (unread > MAX_HEADER_BYTES) done(refuse('is no archive of a snapshot'));
      else done(null, chunk);
    },
  });
  try {
    await pipeline(createReadStream(archive), createGunzip(), watched, tar as never);
    return { hasOthers };
  } catch (error) {
    throw error instanceof UsageError ? error : refuse(whyBroken(error as NodeJS.ErrnoException));
  }
}

function whyBroken({ code = '', message }: NodeJS.ErrnoException): string {
  if (code === 'Z_BUF_ERROR') return 'is cut off';
  if (code.startsWith('Z_')) return 'is no tar.gz';
  if (code === 'ENOENT') return 'there is no such file';
  if (code === 'ENOSPC') return 'there is not enough space to unpack it';
  return oneLine(message);
}
