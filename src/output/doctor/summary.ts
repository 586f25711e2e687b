import type { DoctorReport } from '../../doctor/report.ts';

/** e.g. `1 error, 2 warnings; 60 checks passed, 3 unknown, 7 skipped; 4 facts: --show-info lists them`. */
export function summaryText({ summary, skipped, unknown }: DoctorReport, showInfo = true): string {
  const { errors, warnings, infos, passed } = summary;
  const found =
    errors + warnings === 0
      ? 'nothing is wrong'
      : [count(errors, 'error'), count(warnings, 'warning')].filter((it) => it !== '').join(', ');
  const checks = [
    `${passed} ${passed === 1 ? 'check' : 'checks'} passed`,
    ...(unknown.length > 0 ? [`${unknown.length} unknown`] : []),
    ...(skipped.length > 0 ? [`${skipped.length} skipped`] : []),
  ];
  const facts = infos > 0 && !showInfo ? [`${count(infos, 'fact')}: --show-info lists them`] : [];
  return [found, checks.join(', '), ...facts].join('; ');
}

/** e.g. `2 errors`; of none nothing. */
function count(number: number, what: string): string {
  if (number === 0) return '';
  return `${number} ${what}${number === 1 ? '' : 's'}`;
}
