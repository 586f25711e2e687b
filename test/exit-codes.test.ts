import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { ExitCode } from '../src/errors.ts';

test('docs/exit-codes.md has exactly the codes that there are', async () => {
  const page = join(import.meta.dirname, '..', 'docs', 'exit-codes.md');
  const rows = (await readFile(page, 'utf8')).matchAll(/^\| (\d+) \|/gm);
  assert.deepEqual(
    [...rows].map(([, code]) => Number(code)),
    Object.values(ExitCode).sort((a, b) => a - b),
  );
});
