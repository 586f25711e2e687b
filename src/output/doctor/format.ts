import type { ChalkInstance } from 'chalk';
import type { Check } from '../../doctor/check.ts';
import type { DoctorReport } from '../../doctor/report.ts';
import { document, toJson } from '../json.ts';
import { junit } from './junit.ts';
import { sarif } from './sarif.ts';
import { shortText } from './short.ts';
import { tableText } from './table.ts';

/** The report in the format that `-o` asks for; `checks`: all that there are. */
export function doctorFormat(
  report: DoctorReport,
  checks: readonly Check[],
  { output, ...look }: { output: string; colors: ChalkInstance; showInfo: boolean },
): string {
  switch (output) {
    case 'json':
      return toJson(document('DoctorReport', report));
    case 'junit':
      return junit(report, checks);
    case 'sarif':
      return toJson(sarif(report, checks));
    case 'short':
      return shortText(report, look);
    default:
      return tableText(report, look);
  }
}
