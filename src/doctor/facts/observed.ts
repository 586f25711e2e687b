import type { Observation } from '../../explain/explanation.ts';
import type { Found, Severity } from '../finding.ts';

/**
 * What `explain` observes too, as a finding: those of this severity, each with the facts that prove it.
 */
export function observed(
  observations: readonly Observation[],
  severity: Severity,
  evidenceFor: (observation: Observation) => readonly string[],
): Found[] {
  return observations
    .filter((it) => it.severity === severity)
    .map((it) => ({
      object: it.object,
      message: it.message,
      evidence: evidenceFor(it),
      fix: it.fix,
    }));
}
