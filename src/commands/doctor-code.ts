import { readFile } from 'node:fs/promises';
import { CHECKS } from '../doctor/checks/index.ts';
import { areaOf } from '../doctor/finding.ts';
import { packageFile } from './package-file.ts';
import { unknownCode } from './unknown-code.ts';

/** The section of docs/doctor about a code. Throws UsageError for one that there is not. */
export async function codeText(text: string): Promise<string> {
  const wanted = text.toUpperCase();
  const check = CHECKS.find(({ code }) => code === wanted);
  if (!check) throw unknownCode('--code', text);
  const page = await readFile(packageFile(`docs/doctor/${areaOf(check.code)}.md`), 'utf8');
  return sectionOf(page, check.code);
}

/** From the heading that begins with the code to the next one. */
export function sectionOf(page: string, code: string): string {
  const [section = ''] = new RegExp(`^## ${code}\\b[^]*?(?=^## |$(?![^]))`, 'm').exec(page) ?? [];
  return section.trimEnd();
}
