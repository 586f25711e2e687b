import type { Session } from '../apply/session.ts';
import { CHECKS } from '../doctor/checks/index.ts';
import { SEVERITIES } from '../doctor/finding.ts';
import type { Diagnosis, DoctorReport } from '../doctor/report.ts';
import type { Scope } from '../doctor/scope.ts';
import type { Selection } from '../doctor/selection.ts';
import { ExitCode, UsageError } from '../errors.ts';
import { doctorFormat } from '../output/doctor/format.ts';
import { unlessAborted } from '../unless-aborted.ts';
import type { Context } from './context.ts';
import type { DoctorOptions } from './doctor.ts';
import { readSelection } from './doctor-selection.ts';
import { readSubject } from './doctor-subject.ts';
import { openSession } from './open-session.ts';

/** `extip doctor`: reads cluster and nodes, or a snapshot, and prints what is wrong. */
export async function runDoctor(
  args: string[],
  options: DoctorOptions,
  context: Context,
): Promise<number> {
  if (options.code !== undefined) {
    const { codeText } = await import('./doctor-code.ts');
    context.write(await codeText(options.code));
    return ExitCode.ok;
  }
  mustFit(options);
  const selection = readSelection(options);
  const { report } = await (options.snapshot === undefined
    ? live(args, options, selection, context)
    : stored(options.snapshot, args, options, selection, context));
  const { output, colors } = context;
  const { showInfo } = options;
  context.write(doctorFormat(report, CHECKS, { output, colors, showInfo }));
  return exitCodeOf(report, options);
}

function mustFit({ fix, snapshot, yes, dryRun }: DoctorOptions): void {
  if (fix && snapshot !== undefined) {
    throw new UsageError('a snapshot is not mended: --fix goes with a cluster', {
      reason: 'conflicting-flags',
    });
  }
  if (fix || (!yes && dryRun === 'none')) return;
  throw new UsageError(`${yes ? '--yes' : '--dry-run'} was given without --fix`, {
    reason: 'conflicting-flags',
    help: 'extip doctor changes nothing; extip doctor --fix --yes mends what can be mended',
  });
}

async function live(
  args: string[],
  options: DoctorOptions,
  selection: Selection,
  context: Context,
): Promise<Diagnosis> {
  // What was typed wrong is said before anybody is asked.
  readSubject(args, 'default');
  const { session } = await openSession(options, context);
  const subject = readSubject(args, session.connection.namespace);
  const diagnosis = await examine(session, subject, selection, context);
  if (!options.fix || diagnosis.mends.length === 0) return diagnosis;
  const { fix } = await import('./doctor-fix.ts');
  const isChanged = await fix(session, diagnosis.mends, options, context);
  return isChanged ? examine(session, subject, selection, context) : diagnosis;
}

async function examine(
  session: Session,
  subject: Scope,
  selection: Selection,
  context: Context,
): Promise<Diagnosis> {
  const { doctorLive } = await import('./doctor-live.ts');
  const progress = context.interactive ? context.progress('read the cluster') : null;
  try {
    const examining = doctorLive(session, subject, selection, (done, all) =>
      progress?.update(`read the nodes: ${done} of ${all}`),
    );
    return await unlessAborted(examining, context.signal);
  } finally {
    progress?.stop();
  }
}

async function stored(
  path: string,
  args: string[],
  { namespace = 'default' }: DoctorOptions,
  selection: Selection,
  { signal }: Context,
): Promise<Diagnosis> {
  const { doctorSnapshot } = await import('./doctor-snapshot.ts');
  return unlessAborted(doctorSnapshot(path, readSubject(args, namespace), selection), signal);
}

/** Of a check that was asked for by its code it has to be known what it says. */
function exitCodeOf(report: DoctorReport, { failOn, only }: DoctorOptions): number {
  const least = failOn === 'never' ? SEVERITIES.length : SEVERITIES.indexOf(failOn);
  if (report.findings.some(({ severity }) => SEVERITIES.indexOf(severity) >= least)) {
    return ExitCode.found;
  }
  return only.length > 0 && report.unknown.length > 0 ? ExitCode.failed : ExitCode.ok;
}
