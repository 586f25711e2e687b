import { readSnapshot } from '../apply/read-snapshot.ts';
import { type GuardReport, guardReport } from '../calico/guard-report.ts';
import type { CalicoObjects } from '../calico/read-objects.ts';
import { readCalico } from '../cluster/calico-objects.ts';
import { readService } from '../cluster/services.ts';
import { ExitCode, FailedError, UsageError } from '../errors.ts';
import { type Ip, parseIp } from '../net/ip.ts';
import { guardReportText } from '../output/guard-report-text.ts';
import { document, toJson } from '../output/json.ts';
import { oneLine } from '../output/sanitize.ts';
import { toYaml } from '../output/yaml.ts';
import { type Service, serviceKey } from '../snapshot/kubernetes.ts';
import type { Snapshot } from '../snapshot/model.ts';
import { findService, outsideIPs } from '../snapshot/queries.ts';
import { loadCalico } from '../store/load-calico.ts';
import { openSnapshot } from '../store/open-snapshot.ts';
import { unlessAborted } from '../unless-aborted.ts';
import { askForService } from './ask.ts';
import type { Context } from './context.ts';
import type { GuardOptions } from './guard.ts';
import { guardSubject } from './guard-subject.ts';
import { openSession } from './open-session.ts';
import { serviceInSnapshot } from './service-in-snapshot.ts';

/** What the report is made of. */
interface Read {
  snapshot: Snapshot;
  objects: CalicoObjects;
  /** The one that was asked about; null: an address was. */
  service: Service | null;
  ip: Ip | null;
}

/** `extip guard show`: reads cluster and nodes, or a snapshot, and prints who may reach what. */
export async function runGuardShow(
  text: string | undefined,
  options: GuardOptions,
  context: Context,
): Promise<number> {
  mustOnlyShow(options);
  const from = options.from === undefined ? null : readFrom(options.from);
  const reading =
    options.snapshot === undefined
      ? readLive(text, options, context)
      : readStored(options.snapshot, text, options);
  const read = await unlessAborted(reading, context.signal);
  const { snapshot, objects, service, ip } = read;
  const ips = ip ? [ip] : outsideIPs(service as Service).flatMap((one) => parseIp(one) ?? []);
  mustHaveAddress(read, ips);
  await print(guardReport(snapshot, objects, ips, { service, ip, from }), context);
  return ExitCode.ok;
}

async function readLive(
  text: string | undefined,
  options: GuardOptions,
  context: Context,
): Promise<Read> {
  // What was typed wrong is said before anything is read.
  if (text !== undefined || !context.interactive) guardSubject('show', text, 'default');
  const { session } = await openSession(options, context);
  const { connection } = session;
  const subject = guardSubject(
    'show',
    text ?? (await askForService(session, context)),
    connection.namespace,
  );
  const [snapshot, objects] = await Promise.all([readSnapshot(session), readCalico(connection)]);
  if ('ip' in subject) return { snapshot, objects, service: null, ip: subject.ip };
  const found = findService(snapshot, subject.service);
  if (found) return { snapshot, objects, service: found, ip: null };
  // It may be of a namespace whose Services cannot be listed.
  const service = await readService(connection.api, subject.service);
  const cluster = { ...snapshot.cluster, services: [...snapshot.cluster.services, service] };
  return { snapshot: { ...snapshot, cluster }, objects, service, ip: null };
}

async function readStored(
  path: string,
  text: string | undefined,
  { namespace }: GuardOptions,
): Promise<Read> {
  const subject = guardSubject('show', text, namespace ?? 'default');
  const opened = await openSnapshot(path, { files: [] });
  try {
    const { snapshot } = opened;
    const objects = await loadCalico(opened);
    if ('ip' in subject) return { snapshot, objects, service: null, ip: subject.ip };
    return { snapshot, objects, service: serviceInSnapshot(snapshot, subject.service), ip: null };
  } finally {
    await opened.close();
  }
}

function mustOnlyShow({ source, order, cut }: GuardOptions): void {
  if (source.length === 0 && order === undefined && !cut) return;
  throw new UsageError('show only shows: --source, --order and --cut are for guard set', {
    reason: 'conflicting-arguments',
    help: 'for one client: --from ADDR',
  });
}

function readFrom(text: string): Ip {
  const ip = parseIp(text);
  if (ip) return ip;
  throw new UsageError(`--from: '${oneLine(text)}' is no address`, {
    reason: 'invalid-value',
    help: 'for example: --from 20.1.0.165',
  });
}

function mustHaveAddress({ snapshot, service, ip }: Read, ips: readonly Ip[]): void {
  if (service && ips.length === 0) {
    const key = serviceKey(service);
    throw new FailedError(`service ${key} has no external address`, {
      reason: 'no-external-address',
      object: `service/${key}`,
      help: `extip assign ${key}`,
    });
  }
  const isServed =
    !ip || snapshot.cluster.services.some((one) => outsideIPs(one).includes(ip.text));
  if (isServed) return;
  const [unread] = snapshot.cluster.unknown.filter(({ resource }) => resource === 'services');
  if (unread) {
    const message = `whether a Service has ${ip.text} is not known: ${unread.reason}`;
    throw new FailedError(message, { reason: 'services-unread' });
  }
  throw new FailedError(`no Service has the external address ${ip.text}`, {
    reason: 'address-not-found',
    help: 'extip list -A shows all',
  });
}

async function print(report: GuardReport, context: Context): Promise<void> {
  if (context.output === 'text') {
    for (const { object, reason } of report.unread) context.warn(`${object}: ${reason}`);
    context.write(guardReportText(report, context.colors));
    return;
  }
  const content = document('GuardReport', report);
  context.write(context.output === 'json' ? toJson(content) : await toYaml(content));
}
