import { readSnapshot } from '../apply/read-snapshot.ts';
import type { Session } from '../apply/session.ts';
import { listWidely } from '../cluster/list-widely.ts';
import { ExitCode, UsageError } from '../errors.ts';
import { type ListedAssignment, listAssignments } from '../list/assignments.ts';
import { assignmentTable } from '../output/assignment-table.ts';
import type { AssignmentListDocument } from '../output/documents.ts';
import { document, toJson } from '../output/json.ts';
import { toYaml } from '../output/yaml.ts';
import { type Service, serviceKey } from '../snapshot/kubernetes.ts';
import { labelMatcher } from '../snapshot/label-selector.ts';
import type { Snapshot } from '../snapshot/model.ts';
import { openSnapshot } from '../store/open-snapshot.ts';
import { unlessAborted } from '../unless-aborted.ts';
import type { Context } from './context.ts';
import type { ListOptions } from './list.ts';
import { openSession } from './open-session.ts';
import { watchList } from './watch-list.ts';

/** `extip list`: reads the cluster and its nodes, or a snapshot, and prints the external IPs. */
export async function runList(options: ListOptions, context: Context): Promise<number> {
  if (options.snapshot !== undefined) return listSnapshot(options.snapshot, options, context);
  const { session } = await openSession(options, context);
  const first = await unlessAborted(readList(session, options), context.signal);
  warnOfLimits(first, context);
  await printList(first, options, context);
  if (!options.watch) return ExitCode.ok;
  await watchList(session, options, context, first.items);
  return ExitCode.interrupted;
}

async function listSnapshot(path: string, options: ListOptions, context: Context): Promise<number> {
  if (options.watch) {
    throw new UsageError('a snapshot does not change: --watch goes with a cluster', {
      reason: 'conflicting-flags',
    });
  }
  const isSelected = labelMatcher(options.selector ?? '');
  const opening = openSnapshot(path, { files: [] });
  const { snapshot, close } = await unlessAborted(opening, context.signal);
  await close();
  const selected = snapshot.cluster.services.filter(({ metadata }) =>
    isSelected(metadata.labels ?? {}),
  );
  const list = listOf(snapshot, options, {
    namespace: options.namespace ?? 'default',
    selected: options.selector === undefined ? null : new Set(selected.map(serviceKey)),
  });
  warnOfLimits(list, context);
  await printList(list, options, context);
  return ExitCode.ok;
}

/** Nobody may take what could be read for all there is. */
function warnOfLimits({ limits }: List, context: Context): void {
  for (const reason of limits) context.warn(`services: ${reason}`);
}

/** The list's items, with the nodes and why Services could not be read. */
export type List = Pick<AssignmentListDocument, 'items' | 'unread'> & { limits: string[] };

/** Reads everything, and keeps what the flags ask for. */
export async function readList(session: Session, options: ListOptions): Promise<List> {
  const [snapshot, selected] = await Promise.all([
    readSnapshot(session),
    options.selector === undefined ? null : selectedServices(session, options.selector),
  ]);
  return listOf(snapshot, options, { namespace: session.connection.namespace, selected });
}

/** `selected`: the Services that `-l` asks for, by their keys; null: all. */
function listOf(
  snapshot: Snapshot,
  options: ListOptions,
  { namespace, selected }: { namespace: string; selected: ReadonlySet<string> | null },
): List {
  const items = listAssignments(snapshot).filter(
    (item) => options.allNamespaces || item.namespace === null || item.namespace === namespace,
  );
  return {
    items: selected ? items.filter((item) => selected.has(keyOf(item))) : items,
    unread: unreadNodes(snapshot),
    limits: snapshot.cluster.unknown.flatMap(({ resource, reason }) =>
      resource === 'services' ? reason : [],
    ),
  };
}

/** The API server judges the selector, so that it means what it means for kubectl. */
async function selectedServices(session: Session, labelSelector: string): Promise<Set<string>> {
  const { items } = await listWidely<Service>(session.connection, 'v1', 'services', {
    labelSelector,
  });
  return new Set(items.map(serviceKey));
}

function keyOf({ namespace, service }: ListedAssignment): string {
  return `${namespace}/${service}`;
}

function unreadNodes(snapshot: Snapshot): List['unread'] {
  return Object.values(snapshot.nodes)
    .filter(({ facts }) => facts === undefined)
    .map(({ name, status, message = '' }) => ({ node: name, status, message }));
}

/** Prints the list in the format that `-o` asks for; warnings go to stderr. */
export async function printList(list: List, options: ListOptions, context: Context): Promise<void> {
  const { items, unread } = list;
  if (context.output === 'json' || context.output === 'yaml') {
    const content = document('AssignmentList', { items, unread });
    const stream = { stream: options.watch === true };
    const text =
      context.output === 'json' ? toJson(content, stream) : await toYaml(content, stream);
    context.write(text);
    return;
  }
  for (const { node, status, message } of unread) context.warn(`${node} is ${status}: ${message}`);
  if (context.output === 'name') {
    const names = new Set(items.flatMap(({ service }) => (service ? `service/${service}` : [])));
    for (const name of names) context.write(name);
    return;
  }
  if (items.length === 0) context.note('no external IPs found');
  else context.write(tableOf(items, options, context));
}

/** The items as a table, as the flags ask for it. */
export function tableOf(
  items: readonly ListedAssignment[],
  options: ListOptions,
  context: Context,
  headers = options.headers,
): string {
  return assignmentTable(items, {
    namespace: options.allNamespaces === true,
    wide: context.output === 'wide',
    headers,
    colors: context.colors,
  });
}
