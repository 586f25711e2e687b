import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { sectionOf } from '../../src/commands/doctor-code.ts';
import { CHECKS } from '../../src/doctor/checks/index.ts';
import { AREAS, areaOf } from '../../src/doctor/finding.ts';

const DOCS = join(import.meta.dirname, '..', '..', 'docs', 'doctor');

it('every code is used once, and they are in order', () => {
  const codes = CHECKS.map(({ code }) => code);
  assert.deepEqual(codes, [...new Set(codes)].sort());
});

describe('docs/doctor has a section for every code', async () => {
  const names = Object.values(AREAS);
  const pages = new Map<string, string>();
  for (const name of names) {
    pages.set(name, await readFile(join(DOCS, `${name}.md`), 'utf8').catch(() => ''));
  }
  for (const { code, title, severity } of CHECKS) {
    it(`${code} ${title}`, () => {
      const section = sectionOf(pages.get(areaOf(code)) ?? '', code);
      const heading = title.charAt(0).toUpperCase() + title.slice(1);
      assert.match(section, new RegExp(`^## ${code}\n\n`));
      assert.ok(
        section.includes(`**${heading}** (${severity}).`),
        `${code}: its title and severity`,
      );
      const parts = ['What it means: ', 'How it comes about: ', 'How to mend it: ', 'Example:'];
      for (const part of parts) assert.ok(section.includes(`\n\n${part}`), `${code}: ${part}`);
    });
  }

  it('and none for another one', async () => {
    const files = await readdir(DOCS);
    assert.deepEqual(
      files.filter((file) => !names.some((name) => file === `${name}.md`)),
      [],
    );
    const told = [...pages.values()].flatMap((page) => page.match(/^## EXT\d+/gm) ?? []);
    assert.deepEqual(
      told.map((it) => it.slice(3)).sort(),
      CHECKS.map(({ code }) => code),
    );
  });
});
