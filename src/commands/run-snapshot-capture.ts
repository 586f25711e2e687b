import packageJson from '../../package.json' with { type: 'json' };
import { ExitCode } from '../errors.ts';
import { document, toJson } from '../output/json.ts';
import { capturedText } from '../output/snapshot-report-text.ts';
import { capture } from '../store/capture.ts';
import { describeSnapshot } from '../store/describe.ts';
import { openSnapshot } from '../store/open-snapshot.ts';
import { startSnapshot } from '../store/write-snapshot.ts';
import { unlessAborted } from '../unless-aborted.ts';
import type { Context } from './context.ts';
import { openSession } from './open-session.ts';
import type { SnapshotOptions } from './snapshot.ts';

/** `extip snapshot capture`: what could not be read is warned of, and in the snapshot. */
export async function runSnapshotCapture(
  path: string,
  options: SnapshotOptions,
  context: Context,
): Promise<number> {
  const { session } = await openSession(options, context);
  const { signal } = context;
  const writer = await unlessAborted(startSnapshot(path), signal);
  try {
    const { connection, reach, checkNames } = session;
    const extip = packageJson.version;
    const read = capture(writer, { connection, reach, checkNames, extip, signal });
    await unlessAborted(read, signal);
    const report = await describeSnapshot(path, await openSnapshot(writer.folder));
    await writer.finish(signal);
    for (const { resource, problem } of report.cluster) {
      if (problem !== null) context.warn(`${resource}: ${problem}`);
    }
    for (const { node, status, message } of report.nodes) {
      if (status !== 'ok') context.warn(`${node} is ${status}: ${message}`);
    }
    const isJson = context.output === 'json';
    context.write(isJson ? toJson(document('SnapshotReport', report)) : capturedText(report));
    return ExitCode.ok;
  } finally {
    await writer.discard();
  }
}
