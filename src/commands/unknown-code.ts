import { CHECKS } from '../doctor/checks/index.ts';
import { UsageError } from '../errors.ts';
import { nearest } from '../nearest.ts';
import { oneLine } from '../output/sanitize.ts';

/** The error for a code of `doctor` that there is not, with the one that may be meant; `flag`: who gave it. */
export function unknownCode(flag: string, text: string): UsageError {
  const codes = CHECKS.map(({ code }) => code);
  const near = nearest(text.toUpperCase(), codes);
  return new UsageError(`${flag}: there is no code ${oneLine(text)}`, {
    reason: 'invalid-value',
    help: near === null ? 'docs/doctor has all codes' : `did you mean ${near}?`,
  });
}
