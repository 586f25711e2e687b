import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const REFERENCE = join(import.meta.dirname, '../../../../shared/reference');

/** What a folder of reference data holds, by name, sorted. */
export function referenceFiles(folder: string, ending: string): string[] {
  return readdirSync(join(REFERENCE, folder))
    .filter((name) => name.endsWith(ending))
    .sort();
}

export function referenceText(...path: string[]): string {
  return readFileSync(join(REFERENCE, ...path), 'utf8');
}

// biome-ignore lint/suspicious/noExplicitAny: recorded data, whose fields the README names
export function referenceJson(...path: string[]): any {
  return JSON.parse(referenceText(...path));
}
