import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parse } from 'yaml';
import { document, toJson } from '../../src/output/json.ts';
import { toYaml } from '../../src/output/yaml.ts';

test('a document begins with apiVersion and kind', () => {
  assert.equal(
    toJson(document('Plan', { steps: [] })),
    '{\n  "apiVersion": "extip.dev/v1",\n  "kind": "Plan",\n  "steps": []\n}\n',
  );
});

test('one of a stream of documents is one line of JSON, or YAML after a separator', async () => {
  const plan = document('Plan', { steps: ['a'] });
  assert.equal(
    toJson(plan, { stream: true }),
    '{"apiVersion":"extip.dev/v1","kind":"Plan","steps":["a"]}\n',
  );
  const yaml = await toYaml(plan, { stream: true });
  assert.equal(yaml, '---\napiVersion: extip.dev/v1\nkind: Plan\nsteps:\n  - a\n');
});

const hostile = document('Plan', { note: 'a\x1b[2Jb\x9bc\u202ed\n"e"', missing: undefined });

test('JSON has no character that a terminal obeys, and loses nothing', () => {
  const json = toJson(hostile);
  assert.doesNotMatch(json.replaceAll('\n', ''), /\p{Cc}|\u202e/u);
  assert.deepEqual(JSON.parse(json).note, hostile.note);
});

test('YAML has the same fields and values as JSON', async () => {
  const yaml = await toYaml(hostile);
  assert.match(yaml, /^apiVersion: extip.dev\/v1\nkind: Plan\n/);
  assert.deepEqual(parse(yaml), JSON.parse(toJson(hostile)));
});

test('YAML has no character that a terminal obeys', async () => {
  assert.doesNotMatch((await toYaml(hostile)).replaceAll('\n', ''), /\p{Cc}|\u202e/u);
});
