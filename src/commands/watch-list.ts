import { setTimeout as sleep } from 'node:timers/promises';
import type { Session } from '../apply/session.ts';
import { ApiError } from '../cluster/api.ts';
import { listWidely } from '../cluster/list-widely.ts';
import type { ListedAssignment } from '../list/assignments.ts';
import type { Service } from '../snapshot/kubernetes.ts';
import { ASSIGNMENTS_ANNOTATION } from '../snapshot/records.ts';
import type { Context } from './context.ts';
import type { ListOptions } from './list.ts';
import { printList, readList, tableOf } from './run-list.ts';

/** Nodes tell nobody when an address comes or goes: they are looked at again this often. */
const NODES_SECONDS = 30;

/**
 * Goes on printing what changes, until a signal: Services are watched, nodes looked at every 30 s.
 * Tables get a row for each item that is new or other than before; JSON and YAML the whole list.
 */
export async function watchList(
  session: Session,
  options: ListOptions,
  context: Context,
  first: readonly ListedAssignment[],
): Promise<void> {
  let shown = texts(first);
  for await (const _ of changes(session, context.signal)) {
    const list = await readList(session, options);
    const now = texts(list.items);
    const changed = list.items.filter((item) => !shown.has(JSON.stringify(item)));
    const gone = [...shown].some((text) => !now.has(text));
    if (changed.length === 0 && !gone) continue;
    shown = now;
    if (context.output === 'table' || context.output === 'wide') {
      if (changed.length > 0) context.write(tableOf(changed, options, context, false));
    } else {
      await printList(list, options, context);
    }
  }
}

function texts(items: readonly ListedAssignment[]): Set<string> {
  return new Set(items.map((item) => JSON.stringify(item)));
}

/** Yields whenever Services with external IPs have changed, and when nodes are due. */
async function* changes(session: Session, signal: AbortSignal): AsyncGenerator<void> {
  const ended = new AbortController();
  const until = AbortSignal.any([signal, ended.signal]);
  let wake = () => {};
  let failed: unknown;
  let dirty = false;
  const watching = watchServices(session, until, () => {
    dirty = true;
    wake();
  }).catch((error) => {
    failed = error;
    wake();
  });
  try {
    while (!signal.aborted) {
      if (!dirty && failed === undefined) {
        const woken = new Promise<void>((resolve) => {
          wake = resolve;
        });
        const due = new AbortController();
        await Promise.race([woken, pause(NODES_SECONDS, AbortSignal.any([until, due.signal]))]);
        due.abort();
      }
      if (failed !== undefined) throw failed;
      dirty = false;
      if (!signal.aborted) yield;
    }
  } finally {
    ended.abort();
    await watching;
  }
}

async function pause(seconds: number, signal: AbortSignal): Promise<void> {
  await sleep(seconds * 1000, undefined, { signal }).catch(() => {});
}

async function watchServices(
  session: Session,
  signal: AbortSignal,
  onChange: () => void,
): Promise<void> {
  const { connection } = session;
  const { api } = connection;
  while (!signal.aborted) {
    const { items, path, resourceVersion } = await listWidely<Service>(
      connection,
      'v1',
      'services',
    );
    const known = new Map(items.map((service) => [service.metadata.uid, relevant(service)]));
    try {
      for await (const { type, object } of api.watch<Service>(path, { resourceVersion }, signal)) {
        if (type === 'BOOKMARK') continue;
        const before = known.get(object.metadata.uid) ?? NOTHING;
        const after = type === 'DELETED' ? NOTHING : relevant(object);
        known.set(object.metadata.uid, after);
        if (before !== after) onChange();
      }
    } catch (error) {
      // 410: the server's history no longer reaches back so far; read all again.
      if (!(error instanceof ApiError) || error.status !== 410) throw error;
      onChange();
    }
  }
}

/** What of a Service a list shows. */
function relevant({ metadata, spec }: Service): string {
  const annotation = metadata.annotations?.[ASSIGNMENTS_ANNOTATION] ?? null;
  const externalIPs = spec.externalIPs ?? [];
  if (annotation === null && externalIPs.length === 0) return NOTHING;
  return JSON.stringify([annotation, externalIPs, spec.ports]);
}

const NOTHING = '';
