import type { ChalkInstance } from 'chalk';
import { areaOf, SEVERITIES } from '../../doctor/finding.ts';
import type { DoctorReport } from '../../doctor/report.ts';
import { oneLine } from '../sanitize.ts';
import { summaryText } from './summary.ts';

type Finding = DoctorReport['findings'][number];

const TITLES = {
  cluster: 'Cluster',
  service: 'Services',
  node: 'Nodes and addresses',
  rules: 'Rules',
  calico: 'Calico',
  reach: 'Reach',
  metallb: 'MetalLB',
};

/** The findings for a person, by area, the worst last: on a terminal that is what is seen. */
export function tableText(
  report: DoctorReport,
  { colors, showInfo }: { colors: ChalkInstance; showInfo: boolean },
): string {
  const shown = report.findings.filter(({ severity }) => showInfo || severity !== 'info');
  const areas = [...Map.groupBy(shown, ({ code }) => areaOf(code))];
  areas.sort(([, a], [, b]) => gravest(a) - gravest(b));
  const groups = areas.map(([area, findings]) =>
    [colors.bold(TITLES[area]), ...findings.flatMap((one) => lines(one, colors))].join('\n'),
  );
  const unknown = report.unknown.map(({ code, reason }) =>
    colors.dim(oneLine(`  ${code} is not known: ${reason}`)),
  );
  const notKnown = unknown.length > 0 ? [[colors.bold('Not known'), ...unknown].join('\n')] : [];
  return `${[...notKnown, ...groups, summaryText(report, showInfo)].join('\n\n')}\n`;
}

function gravest(findings: readonly Finding[]): number {
  return Math.max(...findings.map(({ severity }) => SEVERITIES.indexOf(severity)));
}

function lines({ code, severity, object, message, evidence, fix }: Finding, colors: ChalkInstance) {
  const look = { error: colors.red, warning: colors.yellow, info: colors.cyan };
  const head = `${look[severity](severity)} ${code} ${colors.bold(oneLine(object))}: ${oneLine(message)}`;
  return [
    `  ${head}`,
    ...evidence.map((fact) => colors.dim(oneLine(`      ${fact}`))),
    ...(fix
      ? [oneLine('command' in fix ? `      mend: ${fix.command}` : `      ${fix.advice}`)]
      : []),
  ];
}
