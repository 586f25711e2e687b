import { UsageError } from '../errors.ts';
import { hasUnsafe, oneLine } from '../output/sanitize.ts';

/** Longer than any path, name or selector that means something (PATH_MAX of Linux). */
const MAX_LENGTH = 4096;

/**
 * Throws a UsageError when a value from the command line cannot be meant: empty, of control
 * characters, not UTF-8, huge, or like an option (a forgotten value swallows the next flag).
 * `subject` is how the message names it, e.g. `--node` or `SERVICE`.
 */
export function checkValue(subject: string, value: string): void {
  const fault = faultOf(value);
  if (fault) {
    const shown = value.length > 100 ? `${value.slice(0, 100)}…` : value;
    throw new UsageError(`${subject}: '${oneLine(shown)}' ${fault}`, { reason: 'invalid-value' });
  }
}

function faultOf(value: string): string | null {
  if (value === '') return 'is empty';
  if (value.length > MAX_LENGTH) return `has ${value.length} characters; ${MAX_LENGTH} are allowed`;
  if (value.includes('\ufffd')) return 'is not UTF-8';
  if (hasUnsafe(value)) return 'has control characters';
  if (value.startsWith('-') && value !== '-') return 'looks like an option';
  return null;
}
