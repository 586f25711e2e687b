import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { jsonSchemas } from '../../scripts/json-schemas.ts';

const folder = join(import.meta.dirname, '..', '..', 'docs', 'schema');

test('docs/schema is what the sources say; else run scripts/schemas.ts', async () => {
  const files = await Promise.all(
    (await readdir(folder)).map(
      async (name) => [name, await readFile(join(folder, name), 'utf8')] as const,
    ),
  );
  assert.deepEqual(new Map(files.sort()), new Map([...jsonSchemas()].sort()));
});

test('there is one for each kind of document, and for the configuration', () => {
  const names = [...jsonSchemas().keys()];
  for (const kind of ['Error', 'Plan', 'ApplyResult', 'AssignmentList', 'config']) {
    assert(names.includes(`${kind}.schema.json`), kind);
  }
});

test('a schema names its kind and allows nothing else', () => {
  const schema = JSON.parse(jsonSchemas().get('Error.schema.json') ?? '');
  assert.equal(schema.title, 'Error');
  assert.equal(schema.properties.kind.const, 'Error');
  assert.equal(schema.additionalProperties, false);
  assert.deepEqual(schema.required, ['apiVersion', 'kind', 'reason', 'exitCode', 'message']);
});
