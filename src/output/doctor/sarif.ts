import packageJson from '../../../package.json' with { type: 'json' };
import type { Check } from '../../doctor/check.ts';
import { docsOf } from '../../doctor/examination.ts';
import type { DoctorReport } from '../../doctor/report.ts';

const LEVELS = { error: 'error', warning: 'warning', info: 'note' } as const;

/** The report as SARIF 2.1.0 (OASIS), which code scanners and CI systems read. */
export function sarif(report: DoctorReport, checks: readonly Check[]): object {
  const rules = checks.map(({ code, title, severity }) => ({
    id: code,
    shortDescription: { text: title },
    help: { text: docsOf(code) },
    defaultConfiguration: { level: LEVELS[severity] },
  }));
  const indexes = new Map(rules.map(({ id }, index) => [id, index]));
  const results = report.findings.map(({ code, severity, object, message, evidence, fix }) => ({
    ruleId: code,
    ruleIndex: indexes.get(code),
    level: LEVELS[severity],
    message: { text: [message, ...evidence, ...fixText(fix)].join('\n') },
    locations: [{ logicalLocations: [{ fullyQualifiedName: object, kind: 'resource' }] }],
    partialFingerprints: { 'codeAndObject/v1': `${code} ${object}` },
  }));
  const notifications = report.unknown.map(({ code, reason }) => ({
    level: 'warning',
    message: { text: `${code} is not known: ${reason}` },
    associatedRule: { id: code, index: indexes.get(code) },
  }));
  const driver = { name: 'extip', version: packageJson.version, rules };
  const invocations = [{ executionSuccessful: true, toolExecutionNotifications: notifications }];
  return {
    $schema: 'https://docs.oasis-open.org/sarif/sarif/v2.1.0/os/schemas/sarif-schema-2.1.0.json',
    version: '2.1.0',
    runs: [{ tool: { driver }, invocations, results }],
  };
}

function fixText(fix: DoctorReport['findings'][number]['fix']): string[] {
  if (!fix) return [];
  return ['command' in fix ? `mend: ${fix.command}` : fix.advice];
}
