import { execa } from 'execa';
import { missingPackages } from './packages.ts';
import { findPrograms } from './programs.ts';

/** Whether a lab can be started here now, and if not, why: one line for each thing missing. */
export type Availability =
  | { available: true; programs: Record<string, string> }
  | { available: false; missing: string[] };

/** What no provisioning can add to this machine. */
export async function missingFoundations(): Promise<string[]> {
  if (process.platform !== 'linux') return [`Linux: this is ${process.platform}`];
  if (process.getuid?.() !== 0) return ['root: namespaces need it'];
  const unshare = ['--net', '--mount', '--uts', '--ipc', '--pid', '--fork'];
  const { failed, stderr } = await execa(
    'unshare',
    [...unshare, 'mount', '-t', 'tmpfs', 'tmpfs', '/mnt'],
    { reject: false },
  );
  return failed ? [`namespaces: ${stderr.trim() || 'unshare (Debian package util-linux)'}`] : [];
}

/** Looks whether a lab can be started here; changes nothing. */
export async function labAvailability(): Promise<Availability> {
  const foundations = await missingFoundations();
  if (foundations.length) return { available: false, missing: foundations };
  const packages = (await missingPackages()).map((name) => `Debian package ${name}`);
  const { paths, missing } = await findPrograms();
  const programs = Object.entries(Object.groupBy(missing, ({ problem }) => problem)).map(
    ([problem, of = []]) => `${of.map(({ what }) => what).join(', ')}: ${problem}`,
  );
  const lacking = [...packages, ...programs];
  return lacking.length
    ? { available: false, missing: lacking }
    : { available: true, programs: paths };
}
