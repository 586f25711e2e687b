import type { Mend } from '../plan/mend.ts';
import type { Code, Finding } from './finding.ts';

/** What `doctor` says. */
export interface DoctorReport {
  /** What was asked about; both null: everything, or a node. */
  subject: { service: string | null; ip: string | null; node: string | null };
  /** By area, then by object. */
  findings: (Omit<Finding, 'mend'> & {
    /** Where the code is explained, e.g. `docs/doctor/service.md#ext203`. */
    docs: string;
  })[];
  /** Checks that had nothing to look at. */
  skipped: Unanswered[];
  /** Checks of which an input could not be read: neither passed nor failed. */
  unknown: Unanswered[];
  summary: { errors: number; warnings: number; infos: number; passed: number };
}

/** What was found, and what would mend it. */
export interface Diagnosis {
  report: DoctorReport;
  /** Of the errors and warnings, each once and no two of one address. */
  mends: Mend[];
}

/** A check that says nothing, and why. */
export interface Unanswered {
  code: Code;
  reason: string;
}
