import { ExitCode } from '../errors.ts';
import { document, toJson } from '../output/json.ts';
import { snapshotReportText } from '../output/snapshot-report-text.ts';
import { checkFiles } from '../store/check-files.ts';
import { describeSnapshot } from '../store/describe.ts';
import { openSnapshot } from '../store/open-snapshot.ts';
import { unlessAborted } from '../unless-aborted.ts';
import type { Context } from './context.ts';
import type { SnapshotOptions } from './snapshot.ts';

/** `extip snapshot show`: exit code 1 where `--check` finds something. */
export async function runSnapshotShow(
  path: string,
  { check }: Pick<SnapshotOptions, 'check'>,
  context: Context,
): Promise<number> {
  const open = await unlessAborted(openSnapshot(path), context.signal);
  try {
    const described = await describeSnapshot(path, open);
    const problems = check ? await unlessAborted(checkFiles(open), context.signal) : null;
    const report = { ...described, problems };
    const isJson = context.output === 'json';
    const content = document('SnapshotReport', report);
    context.write(isJson ? toJson(content) : snapshotReportText(report, context.colors));
    return problems && problems.length > 0 ? ExitCode.failed : ExitCode.ok;
  } finally {
    await open.close();
  }
}
