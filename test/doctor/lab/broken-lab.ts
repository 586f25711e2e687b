import assert from 'node:assert/strict';
import type { DoctorReportDocument } from '../../../src/output/documents.ts';
import type { Lab } from '../../lab/harness.ts';
import { waitFor } from '../../lab/wait.ts';
import type { Break } from './breaks.ts';

/** kube-proxy and the controllers take a moment to follow. */
const SETTLES_IN_SECONDS = 45;

/** Runs a command there, which must succeed. */
export async function run(lab: Lab, host: string, command: string): Promise<string> {
  const { stdout, stderr, exitCode } = await lab.exec(host, ['sh', '-c', command]);
  assert.equal(exitCode, 0, `${host}: ${command}\n${stdout}${stderr}`);
  return stdout;
}

/** The errors and warnings that `extip doctor` has. */
export async function graverFindings(lab: Lab): Promise<DoctorReportDocument['findings']> {
  const { stdout, stderr } = await lab.extip('doctor', '-o', 'json');
  assert.ok(stdout.startsWith('{'), stderr);
  const { findings } = JSON.parse(stdout) as DoctorReportDocument;
  return findings.filter(({ severity }) => severity !== 'info');
}

export function lines(findings: DoctorReportDocument['findings']): string[] {
  return [...new Set(findings.map(({ code, object }) => `${code} ${object}`))].sort();
}

/** What is found once it is as expected, or what it is after a while. */
export async function settled(lab: Lab, expected: readonly string[]): Promise<string[]> {
  const wanted = [...new Set(expected)].sort();
  let found: string[] = [];
  const look = async () => {
    found = lines(await graverFindings(lab));
    assert.deepEqual(found, wanted);
  };
  await waitFor('doctor to find what is expected', look, SETTLES_IN_SECONDS).catch(() => {});
  return found;
}

/** What was found and should not have been, and the other way round. */
export function differences(found: readonly string[], expected: readonly string[]) {
  return {
    missed: expected.filter((line) => !found.includes(line)),
    falseAlarms: found.filter((line) => !expected.includes(line)),
  };
}

/** Runs the command of a fix as it stands: on the operator, or by ssh where it says `on NODE: …`. */
export async function runLiterally(lab: Lab, command: string): Promise<void> {
  const [, node, rest] = /^on (\S+): (.*)$/s.exec(command) ?? [];
  const confirmed = /^extip (assign|release|guard)\b/.test(command) ? `${command} -y` : command;
  await run(lab, node ?? 'operator', rest ?? confirmed);
}

export async function mendAll(lab: Lab, broken: readonly Break[]): Promise<void> {
  for (const { host, mend } of broken.toReversed()) await run(lab, host, mend);
}
