import { guardedIps } from '../calico/guard-changes.ts';
import { readCalico } from '../cluster/calico-objects.ts';
import { readService } from '../cluster/services.ts';
import { type Ip, parseIp } from '../net/ip.ts';
import type { Plan } from '../plan/action.ts';
import { mergePlans } from '../plan/merge-plans.ts';
import { mustBeReadable } from '../plan/readable.ts';
import { enforce } from '../plan/refusals.ts';
import { planRelease } from '../plan/release.ts';
import { planOrphanRelease } from '../plan/release-orphan.ts';
import { serviceRef } from '../plan/service-ref.ts';
import type { Snapshot } from '../snapshot/model.ts';
import { findService } from '../snapshot/queries.ts';
import { readAssignments } from '../snapshot/records.ts';
import type { Change, Decided } from './carry-out.ts';
import { decideUnguard } from './decide-guard.ts';
import { mustBeGone } from './must-be-gone.ts';
import { readToDecide } from './read-snapshot.ts';
import { type RecentAnswers, recentAnswers } from './recent-answers.ts';
import { mustBeRoot, objectOf, refuseMachine, type Session } from './session.ts';

export interface ReleaseInput {
  /** A Service's addresses, or what a node holds with no Service behind it. */
  subject: { namespace: string; name: string; ips: Ip[] | 'all' } | { node: string; ip: Ip };
  holderGone: boolean;
  force: ReadonlySet<string>;
}

/** How a release is decided: the parts of a Change that are release's own. */
export function releaseChange(
  session: Session,
  input: ReleaseInput,
): Pick<Change, 'decide' | 'mayDiffer'> {
  const asked = recentAnswers();
  return {
    async decide(before): Promise<Decided> {
      const snapshot = await readToDecide(session, before);
      return { snapshot, ...(await decideRelease(session, snapshot, input, asked)) };
    },
    mayDiffer: () => false,
  };
}

/** Runs every safety check and plans. */
export async function decideRelease(
  session: Session,
  snapshot: Snapshot,
  input: ReleaseInput,
  asked: RecentAnswers,
): Promise<{ plan: Plan; notes: string[] }> {
  const { plan, unguarded } = await planFor(session, snapshot, input);
  const machines = touchedNodes(plan).flatMap((node) => refuseMachine(session, snapshot, node));
  if (!input.holderGone && plan.steps.length > 0) {
    for (const node of touchedNodes(plan)) mustBeRoot(snapshot, node);
  }
  const forced = input.holderGone ? [] : enforce(machines, input.force);
  const notes = [...unguarded, ...forced.map(({ message }) => `overridden: ${message}`)];
  if (input.holderGone) {
    notes.push(...(await mustBeGone(session, snapshot, plan, asked, input.force)));
  }
  return { plan, notes };
}

function touchedNodes({ changes }: Plan): string[] {
  return [...new Set(changes.map(({ node }) => node).filter((node) => node !== ''))];
}

async function planFor(
  session: Session,
  snapshot: Snapshot,
  { subject, holderGone, force }: ReleaseInput,
): Promise<{ plan: Plan; unguarded: string[] }> {
  if ('node' in subject) return planForOrphan(session, snapshot, subject, force);
  const service =
    findService(snapshot, subject) ?? (await readService(session.connection.api, subject));
  const entries = mustBeReadable(service);
  const assigned = entries.flatMap((entry) => parseIp(entry.ip) ?? []);
  const ips = subject.ips === 'all' ? assigned : subject.ips;
  const leaving = new Set([serviceRef(service).uid]);
  const guarded = ips.flatMap((ip) => {
    const entry = entries.find((one) => one.ip === ip.text && one.guard);
    return entry ? [{ ip, holder: entry, leaving }] : [];
  });
  const guards = await decideUnguard(session, snapshot, guarded, force);
  const plans = ips.map((ip) => {
    const guard = guards.find((one) => one.ip === ip)?.steps;
    return planRelease(snapshot, { service, ip, holderGone, guard });
  });
  return { plan: mergePlans(plans), unguarded: guards.flatMap(({ notes }) => notes) };
}

/** With its Service is gone what would say that there is a guard: Calico's objects themselves are asked. */
async function planForOrphan(
  session: Session,
  snapshot: Snapshot,
  { node, ip }: { node: string; ip: Ip },
  force: ReadonlySet<string>,
): Promise<{ plan: Plan; unguarded: string[] }> {
  objectOf(snapshot, node);
  const plan = planOrphanRelease(snapshot, node, ip);
  const isUsed = snapshot.cluster.services.some((service) =>
    readAssignments(service).assignments.some((entry) => entry.ip === ip.text),
  );
  const isGuarded = !isUsed && guardedIps(await readCalico(session.connection)).has(ip.text);
  const holder = { node, interface: plan.changes[0]?.interface ?? '' };
  const left = isGuarded ? [{ ip, holder, leaving: new Set<string>() }] : [];
  const [guard] = await decideUnguard(session, snapshot, left, force);
  return {
    plan: { ...plan, steps: [...plan.steps, ...(guard?.steps ?? [])] },
    unguarded: guard?.notes ?? [],
  };
}
