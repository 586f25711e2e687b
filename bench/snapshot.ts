import assert from 'node:assert/strict';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { largeSnapshot, writeArchive, writeFolder } from './large-snapshot.ts';
import { measureExtip } from './measure.ts';

const NODES = 500;
const SERVICES = 10_000;

const QUESTIONS: [words: string[], expected: RegExp][] = [
  [['list', '-A', '-o', 'name'], /service\/svc-0\b/],
  [['explain', 'svc', `svc-${SERVICES - 1}`, '-o', 'short'], /: delivered to .* \(half\)/],
];

const temporary = await mkdtemp(join(tmpdir(), 'extip-bench-'));
try {
  const [folder, archive] = [join(temporary, 'snapshot'), join(temporary, 'snapshot.tar.gz')];
  const files = largeSnapshot(NODES, SERVICES);
  await writeFolder(files, folder);
  await writeArchive(files, archive);
  const mebibytes = (bytes: number) => `${(bytes / 2 ** 20).toFixed(0)} MiB`;
  const size = files.reduce((sum, { content }) => sum + content.length, 0);
  console.log(`a snapshot of ${NODES} nodes and ${SERVICES} Services, ${mebibytes(size)}`);
  for (const [words, expected] of QUESTIONS) {
    for (const path of [folder, archive]) {
      const { output, elapsed, ...measured } = measureExtip(...words, '--snapshot', path);
      assert.match(output, expected);
      const what = path === folder ? 'folder' : `archive of ${mebibytes((await stat(path)).size)}`;
      const took = `${elapsed.toFixed(1)} s (of the processor ${measured.seconds.toFixed(1)} s)`;
      console.log(`${words[0]}, ${what}: ${took}, ${measured.mebibytes.toFixed(0)} MiB of memory`);
    }
  }
} finally {
  await rm(temporary, { recursive: true });
}
