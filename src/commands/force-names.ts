import { UsageError } from '../errors.ts';
import { oneLine } from '../output/sanitize.ts';
import { FORCE_NAMES } from '../plan/force-names.ts';

/** The checks that `--force` names; throws UsageError for one that does not exist. */
export function forceNames(names: readonly string[]): Set<string> {
  for (const name of names) {
    if ((FORCE_NAMES as readonly string[]).includes(name)) continue;
    throw new UsageError(`--force: there is no check '${oneLine(name)}'`, {
      reason: 'invalid-value',
      help: `the checks: ${FORCE_NAMES.join(', ')}`,
    });
  }
  return new Set(names);
}
