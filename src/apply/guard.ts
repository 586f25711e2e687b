import { readService } from '../cluster/services.ts';
import { FailedError, RefusedError } from '../errors.ts';
import { type Ip, parseIp } from '../net/ip.ts';
import type { HolderChoice } from '../plan/choose-holder.ts';
import { guardedSharers } from '../plan/guard.ts';
import { type GuardInput, guardRecord } from '../plan/guard-record.ts';
import { type GuardUser, planGuardSet } from '../plan/guard-set.ts';
import { mergePlans } from '../plan/merge-plans.ts';
import { mustBeReadable } from '../plan/readable.ts';
import { serviceRef } from '../plan/service-ref.ts';
import { type Service, type ServiceName, serviceKey } from '../snapshot/kubernetes.ts';
import type { Snapshot } from '../snapshot/model.ts';
import { findService, outsideIPs } from '../snapshot/queries.ts';
import type { Change, Decided } from './carry-out.ts';
import { decideGuards, decideUnguard } from './decide-guard.ts';
import { readToDecide } from './read-snapshot.ts';
import type { Session } from './session.ts';

/** The external IPs of a Service that extip assigned, or one address for all Services that have it. */
export type GuardSubject = { service: ServiceName } | { ip: Ip };

/** What the guards are to be. */
export interface GuardSetting extends GuardInput {
  /** Connections that are no longer permitted are ended, too. */
  cut: boolean;
}

/** How a change of guards is decided; `input` null: they are taken away. */
export function guardChange(
  session: Session,
  subject: GuardSubject,
  input: GuardSetting | null,
  force: ReadonlySet<string>,
): Pick<Change, 'decide' | 'mayDiffer'> {
  return {
    async decide(before): Promise<Decided> {
      const snapshot = await readToDecide(session, before);
      const addresses = await addressesOf(session, snapshot, subject);
      return input
        ? set(session, snapshot, addresses, input, force)
        : remove(session, snapshot, addresses, force);
    },
    mayDiffer: () => false,
  };
}

interface Address {
  ip: Ip;
  users: [GuardUser, ...GuardUser[]];
}

async function set(
  session: Session,
  snapshot: Snapshot,
  addresses: readonly Address[],
  input: GuardSetting,
  force: ReadonlySet<string>,
): Promise<Decided> {
  const recordOf = ({ entry }: GuardUser, ip: Ip) => guardRecord(input, entry.guard, ip);
  const requests = addresses.map(({ ip, users }) => ({
    ip,
    holder: holderOf(users),
    order: input.order,
    records: new Map(
      users.flatMap((user) => {
        const record = recordOf(user, ip);
        return record ? [[serviceRef(user.service).uid, record] as const] : [];
      }),
    ),
  }));
  const decided = await decideGuards(session, snapshot, requests, { force, cut: input.cut });
  const plans = addresses.map(({ ip, users }, index) => {
    const { steps = [], warnings = [] } = decided[index] ?? {};
    return { ...planGuardSet(users, (user) => recordOf(user, ip) ?? null, steps), warnings };
  });
  return { snapshot, plan: mergePlans(plans), notes: decided.flatMap(({ notes }) => notes) };
}

async function remove(
  session: Session,
  snapshot: Snapshot,
  addresses: readonly Address[],
  force: ReadonlySet<string>,
): Promise<Decided> {
  const guarded = addresses.filter(({ users }) => users.some(({ entry }) => entry.guard));
  const leaving = guarded.map(({ ip, users }) => {
    const uids = new Set(users.map(({ service }) => serviceRef(service).uid));
    mustLeaveNobody(snapshot, ip, uids);
    return { ip, holder: holderOf(users), leaving: uids };
  });
  const decided = await decideUnguard(session, snapshot, leaving, force);
  const plans = guarded.map(({ users }, index) =>
    planGuardSet(users, () => null, decided[index]?.steps ?? []),
  );
  return { snapshot, plan: mergePlans(plans), notes: decided.flatMap(({ notes }) => notes) };
}

/** They all have it in one place. */
function holderOf([{ entry }]: Address['users']): HolderChoice {
  return { node: entry.node, interface: entry.interface };
}

/** A Service without a guard beside one that has it would be closed. */
function mustLeaveNobody(snapshot: Snapshot, ip: Ip, uids: ReadonlySet<string>): void {
  const others = guardedSharers(snapshot, ip, uids).map(serviceKey);
  if (others.length === 0) return;
  throw new RefusedError(
    `${ip.text} is guarded for ${others.join(', ')}, too: without a guard of its own this one would be closed`,
    {
      reason: 'shared-guarded',
      object: `service/${others[0]}`,
      help: `for all of them at once: extip guard remove ${ip.text}`,
    },
  );
}

async function addressesOf(
  session: Session,
  snapshot: Snapshot,
  subject: GuardSubject,
): Promise<Address[]> {
  if ('ip' in subject) {
    const { ip } = subject;
    const [first, ...more] = snapshot.cluster.services.flatMap((one) => userOf(one, ip.text));
    if (!first) throw notAssigned(snapshot, ip);
    return [{ ip, users: [first, ...more] }];
  }
  const service =
    findService(snapshot, subject.service) ??
    (await readService(session.connection.api, subject.service));
  const entries = mustBeReadable(service);
  if (entries.length === 0) {
    const key = serviceKey(service);
    throw new FailedError(`service ${key} has no external IP from extip`, {
      reason: 'no-external-address',
      object: `service/${key}`,
      help: `extip assign ${key} IP --guard`,
    });
  }
  return entries.flatMap((entry) => {
    const ip = parseIp(entry.ip);
    return ip ? [{ ip, users: [{ service, entry }] }] : [];
  });
}

function userOf(service: Service, ip: string): GuardUser[] {
  const entry = mustBeReadable(service).find((one) => one.ip === ip);
  return entry ? [{ service, entry }] : [];
}

function notAssigned({ cluster }: Snapshot, ip: Ip): FailedError {
  const byHand = cluster.services.find((service) => outsideIPs(service).includes(ip.text));
  return byHand
    ? new FailedError(`${ip.text} of ${serviceKey(byHand)} is not from extip`, {
        reason: 'unmanaged',
        object: `service/${serviceKey(byHand)}`,
        help: `have extip take it over first: extip assign ${serviceKey(byHand)} ${ip.text} --guard`,
      })
    : new FailedError(`no Service has the external address ${ip.text}`, {
        reason: 'address-not-found',
        help: 'extip list -A shows all',
      });
}
