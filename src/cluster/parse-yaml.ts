import { parseDocument } from 'yaml';

/**
 * The value of a YAML text that may hold credentials: what does not parse is told by its place,
 * never by its text.
 */
export function parseYaml(text: string): { value: unknown } | { problem: string } {
  const document = parseDocument(text);
  const [error] = document.errors;
  if (error) {
    const { line, col } = error.linePos?.[0] ?? { line: 1, col: 1 };
    return { problem: `line ${line}, column ${col}: not valid YAML` };
  }
  try {
    return { value: document.toJS() ?? {} };
  } catch {
    // The library stops at 100 (its maxAliasCount): a few lines of them can mean gigabytes.
    return { problem: 'too many YAML aliases' };
  }
}
