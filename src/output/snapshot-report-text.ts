import type { ChalkInstance } from 'chalk';
import type { SnapshotReport } from '../snapshot/report.ts';
import { ageOf } from './age.ts';
import { oneLine } from './sanitize.ts';

/** What was written, in one line. */
export function capturedText({ path, cluster, nodes }: SnapshotReport): string {
  const objects = cluster.reduce((sum, one) => sum + (one.objects ?? 0), 0);
  const bytes = nodes.flatMap(({ files }) => files).reduce((sum, file) => sum + file.bytes, 0);
  const read = nodes.filter(({ status }) => status === 'ok').length;
  return oneLine(
    `wrote ${path}: ${objects} objects, ${read} of ${nodes.length} nodes, ${size(bytes)} of theirs`,
  );
}

/** What is in a snapshot, and what is not, for a person. */
export function snapshotReportText(report: SnapshotReport, colors: ChalkInstance): string {
  const { cluster, nodes, problems } = report;
  const known = cluster.filter(({ objects }) => objects !== null);
  const lines = [
    heading(report),
    '',
    'cluster',
    ...known
      .filter(({ objects }) => objects !== 0)
      .map(({ resource, objects }) => `  ${`${objects}`.padStart(5)} ${resource}`),
    ...none(known),
    ...unknownResources(cluster).map((line) => `  ${colors.yellow(line)}`),
    ...nodes.flatMap((node) => ['', ...nodeLines(node, colors)]),
    ...(problems ? ['', ...problemLines(problems, colors)] : []),
  ];
  return `${lines.join('\n')}\n`;
}

function heading({ path, takenAt, extip, server }: SnapshotReport): string {
  if (takenAt === null) return oneLine(`${path}: made by hand, nobody says when`);
  const age = ageOf(takenAt, new Date());
  return oneLine(
    `${path}: taken ${age} ago (${takenAt}) by extip ${extip} of Kubernetes ${server ?? '(version not known)'}`,
  );
}

function none(known: SnapshotReport['cluster']): string[] {
  const names = known.filter(({ objects }) => objects === 0).map(({ resource }) => resource);
  return names.length > 0 ? [`     no ${names.join(', ')}`] : [];
}

/** One line a reason: of a folder made by hand most resources are not there. */
function unknownResources(cluster: SnapshotReport['cluster']): string[] {
  const absent = cluster.filter(
    ({ resource, problem }) => problem === `the snapshot has no cluster/${resource}.json`,
  );
  const others = cluster.filter((one) => one.problem !== null && !absent.includes(one));
  return [
    ...(absent.length > 0
      ? [`not known, no file: ${absent.map(({ resource }) => resource).join(', ')}`]
      : []),
    ...others.map(({ resource, objects, problem }) =>
      oneLine(`${objects === null ? 'not known' : 'not all'}: ${resource}: ${problem}`),
    ),
  ];
}

function nodeLines(
  { node, status, message, files, missing }: SnapshotReport['nodes'][number],
  colors: ChalkInstance,
): string[] {
  const bytes = files.reduce((sum, file) => sum + file.bytes, 0);
  const head = `${node}  ${status}${message === null ? '' : `: ${message}`}`;
  if (files.length === 0) return [colors.yellow(oneLine(head))];
  const byReason = Map.groupBy(missing, ({ file, reason }) =>
    reason === `the snapshot has no nodes/${node}/${file}` ? 'no file' : reason,
  );
  return [
    oneLine(head),
    ...files.map(({ file, bytes }) => `  ${size(bytes).padStart(8)}  ${file}`),
    ...(files.length > 1 ? [`  ${size(bytes).padStart(8)}  in all`] : []),
    ...[...byReason].map(([reason, group]) => {
      const names = group.map(({ file }) => file).join(', ');
      return `  ${colors.yellow(oneLine(`not known: ${names}: ${reason}`))}`;
    }),
  ];
}

function problemLines(
  problems: NonNullable<SnapshotReport['problems']>,
  colors: ChalkInstance,
): string[] {
  if (problems.length === 0) return [colors.green('every file can be read')];
  return problems.map(({ file, line, column, message }) =>
    colors.red(oneLine(`${file}:${line}:${column}: ${message}`)),
  );
}

function size(bytes: number): string {
  if (bytes < 1000) return `${bytes} B`;
  if (bytes < 1_000_000) return `${(bytes / 1000).toFixed(1)} kB`;
  return `${(bytes / 1_000_000).toFixed(1)} MB`;
}
