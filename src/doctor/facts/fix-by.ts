import { type Mend, mendCommand } from '../../plan/mend.ts';
import type { Found } from '../finding.ts';

/** The fix that a change is, as a command and for `--fix`; null: there is none that can be typed. */
export function fixBy(mend: Mend | null): Pick<Found, 'fix' | 'mend'> | null {
  const command = mend && mendCommand(mend);
  return command ? { fix: { command }, mend } : null;
}
