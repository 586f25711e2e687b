import type { DoctorReport } from '../../doctor/report.ts';
import { oneLine } from '../sanitize.ts';
import { summaryText } from './summary.ts';

/** A line a finding; where there is none the summary. */
export function shortText(report: DoctorReport, { showInfo }: { showInfo: boolean }): string {
  const shown = report.findings.filter(({ severity }) => showInfo || severity !== 'info');
  if (shown.length === 0) return `${summaryText(report)}\n`;
  return shown
    .map(({ code, severity, object, message }) =>
      oneLine(`${code} ${severity} ${object}: ${message}`),
    )
    .map((line) => `${line}\n`)
    .join('');
}
