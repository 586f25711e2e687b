import type { Check } from '../../doctor/check.ts';
import { AREAS, areaOf, type Code } from '../../doctor/finding.ts';
import type { DoctorReport } from '../../doctor/report.ts';
import { type Attributes, element, textElement } from '../xml.ts';

type Finding = DoctorReport['findings'][number];

/** What a test case came to, with its element. */
interface Case {
  outcome: 'passed' | 'failed' | 'skipped';
  xml: string;
}

/**
 * The report as JUnit's XML, as CI systems read it: an area is a suite, a check that finds nothing a case, and
 * else each finding one. What could not be known or had nothing to look at is skipped, with the reason. Facts
 * are no failures.
 */
export function junit(report: DoctorReport, checks: readonly Check[]): string {
  const findings = Map.groupBy(report.findings, ({ code }) => code);
  const reasons = new Map(
    [...report.skipped, ...report.unknown].map(({ code, reason }) => [code, reason]),
  );
  const suites = Object.values(AREAS).flatMap((area) => {
    const cases = checks
      .filter(({ code }) => areaOf(code) === area)
      .flatMap((check) => casesOf(check, findings.get(check.code) ?? [], reasons));
    return cases.length > 0 ? [{ area, cases }] : [];
  });
  const elements = suites.map(({ area, cases }) =>
    element(
      'testsuite',
      { name: area, ...counts(cases) },
      cases.map(({ xml }) => xml),
    ),
  );
  // Of all suites together the schema of Jenkins has no number of those that are skipped.
  const { skipped: _, ...all } = counts(suites.flatMap(({ cases }) => cases));
  const root = element('testsuites', { name: 'extip doctor', ...all }, elements);
  return `<?xml version="1.0" encoding="UTF-8"?>\n${root}\n`;
}

function casesOf(
  { code, title }: Check,
  findings: readonly Finding[],
  reasons: ReadonlyMap<Code, string>,
): Case[] {
  const reason = reasons.get(code);
  const name = `${code} ${title}`;
  if (reason !== undefined && findings.length === 0) {
    const skipped = textElement('skipped', {}, [reason]);
    return [{ outcome: 'skipped', xml: testCase({ name, classname: code }, [skipped]) }];
  }
  const failures = findings.filter(({ severity }) => severity !== 'info');
  if (failures.length === 0) {
    return [{ outcome: 'passed', xml: testCase({ name, classname: code }, []) }];
  }
  return failures.map(({ object, message, severity, evidence, fix }) => {
    const mend = fix === null ? [] : ['command' in fix ? `mend: ${fix.command}` : fix.advice];
    const failure = textElement('failure', { message, type: severity }, [...evidence, ...mend]);
    const attributes = { name: `${name}: ${object}`, classname: code };
    return { outcome: 'failed', xml: testCase(attributes, [failure]) };
  });
}

function testCase(attributes: Attributes, content: readonly string[]): string {
  return element('testcase', { ...attributes, time: 0 }, content);
}

function counts(cases: readonly Case[]) {
  const of = (outcome: Case['outcome']) => cases.filter((one) => one.outcome === outcome).length;
  return {
    tests: cases.length,
    failures: of('failed'),
    errors: 0,
    skipped: of('skipped'),
    time: 0,
  };
}
