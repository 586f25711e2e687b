import { CHECKS } from '../doctor/checks/index.ts';
import { type Ignored, matches, type Selection } from '../doctor/selection.ts';
import type { DoctorOptions } from './doctor.ts';
import { unknownCode } from './unknown-code.ts';

/** Reads `--only` and `--ignore`. Throws UsageError for a code that there is not. */
export function readSelection({ only, ignore }: Pick<DoctorOptions, 'only' | 'ignore'>): Selection {
  return {
    only: only.map((text) => code('--only', text)),
    ignore: ignore.map(readIgnored),
  };
}

function readIgnored(text: string): Ignored {
  const at = text.indexOf('=');
  if (at < 0) return { code: code('--ignore', text), object: null };
  return { code: code('--ignore', text.slice(0, at)), object: text.slice(at + 1) };
}

/** In capitals, as the codes are. */
function code(flag: string, text: string): string {
  const pattern = text.toUpperCase();
  if (CHECKS.some((check) => matches(pattern, check.code))) return pattern;
  throw unknownCode(flag, text);
}
