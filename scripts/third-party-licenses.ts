import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * The licences of the packages that these files of a bundle come from, as one text. `inputs` are
 * paths as esbuild's metafile has them, relative to `root`.
 */
export async function thirdPartyLicenses(root: string, inputs: Iterable<string>): Promise<string> {
  const folders = new Set<string>();
  for (const input of inputs) {
    const [folder] = /^.*node_modules\/(@[^/]+\/)?[^/]+/.exec(input) ?? [];
    if (folder) folders.add(folder);
  }
  const sections = await Promise.all(
    [...folders].sort().map((folder) => license(join(root, folder))),
  );
  return sections.join(`\n${'-'.repeat(80)}\n\n`);
}

async function license(folder: string): Promise<string> {
  const manifest = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8'));
  const files = (await readdir(folder)).filter((name) =>
    /^(licen[cs]e|copying|notice)/i.test(name),
  );
  const texts = await Promise.all(files.sort().map((name) => readFile(join(folder, name), 'utf8')));
  return [`${manifest.name} ${manifest.version} (${manifest.license})`, '', ...texts, ''].join(
    '\n',
  );
}
