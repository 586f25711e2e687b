import { createReadStream, createWriteStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import { pack } from 'tar-stream';

/** Writes these files of a folder, by their paths in it, to a new FILE.tar.gz. */
export async function packFiles(
  folder: string,
  paths: readonly string[],
  archive: string,
  signal: AbortSignal,
): Promise<void> {
  const tar = pack();
  const written = pipeline(
    tar as never,
    createGzip(),
    createWriteStream(archive, { flags: 'wx', mode: 0o600 }),
    { signal },
  );
  const add = async () => {
    for (const path of paths) {
      const { size, mtime } = await stat(join(folder, path));
      const entry = tar.entry({ name: path, size, mtime, mode: 0o644 });
      await pipeline(createReadStream(join(folder, path)), entry as never, { signal });
    }
    tar.finalize();
  };
  await Promise.all([add(), written]);
}
