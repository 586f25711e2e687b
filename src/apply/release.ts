import { readService } from '../cluster/services.ts';
import { RefusedError } from '../errors.ts';
import { type Ip, parseIp } from '../net/ip.ts';
import type { Plan } from '../plan/action.ts';
import { mergePlans } from '../plan/merge-plans.ts';
import { mustBeReadable } from '../plan/readable.ts';
import { enforce } from '../plan/refusals.ts';
import { planRelease } from '../plan/release.ts';
import { planOrphanRelease } from '../plan/release-orphan.ts';
import type { Snapshot } from '../snapshot/model.ts';
import { findService, interfacesOnSegment } from '../snapshot/queries.ts';
import type { Change, Decided } from './carry-out.ts';
import { probeFrom } from './probe-from.ts';
import { readAgain, readSnapshot } from './read-snapshot.ts';
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
  return {
    async decide(before): Promise<Decided> {
      const snapshot = before
        ? await readAgain(session, before.snapshot, touchedNodes(before.plan))
        : await readSnapshot(session);
      const plan = await planFor(session, snapshot, input);
      const machines = touchedNodes(plan).flatMap((node) => refuseMachine(session, snapshot, node));
      if (!input.holderGone && plan.steps.length > 0) {
        for (const node of touchedNodes(plan)) mustBeRoot(snapshot, node);
      }
      const forced = input.holderGone ? [] : enforce(machines, input.force);
      const notes = forced.map(({ message }) => `overridden: ${message}`);
      // Asked once, before the lock: it takes seconds.
      if (input.holderGone && !before)
        notes.push(...(await mustBeGone(session, snapshot, input, plan)));
      return { snapshot, plan, notes };
    },
    mayDiffer: () => false,
  };
}

function touchedNodes({ changes }: Plan): string[] {
  return [...new Set(changes.map(({ node }) => node).filter((node) => node !== ''))];
}

async function planFor(
  session: Session,
  snapshot: Snapshot,
  { subject, holderGone }: ReleaseInput,
): Promise<Plan> {
  if ('node' in subject) {
    objectOf(snapshot, subject.node);
    return planOrphanRelease(snapshot, subject.node, subject.ip);
  }
  const service =
    findService(snapshot, subject) ?? (await readService(session.connection.api, subject));
  const assigned = mustBeReadable(service).flatMap((entry) => parseIp(entry.ip) ?? []);
  const ips = subject.ips === 'all' ? assigned : subject.ips;
  return mergePlans(ips.map((ip) => planRelease(snapshot, { service, ip, holderGone })));
}

/** Asks the segments, from nodes other than the holders, that nobody carries the addresses. */
async function mustBeGone(
  session: Session,
  snapshot: Snapshot,
  input: ReleaseInput,
  plan: Plan,
): Promise<string[]> {
  const notes = [];
  for (const { ip: text, node } of plan.steps.length > 0 ? plan.changes : []) {
    const ip = parseIp(text);
    if (ip) notes.push(await askWithoutHolder(session, snapshot, ip, node, input.force));
  }
  return notes;
}

async function askWithoutHolder(
  session: Session,
  snapshot: Snapshot,
  ip: Ip,
  holder: string,
  force: ReadonlySet<string>,
): Promise<string> {
  const others = interfacesOnSegment(snapshot, ip).filter(({ node }) => node !== holder);
  const asked = await probeFrom(session, snapshot, ip, others);
  if (asked && 'answer' in asked) {
    const { outcome, mac, how } = asked.answer;
    if (outcome === 'free') return `nobody answers for ${ip.text} (${how})`;
    throw new RefusedError(
      `${ip.text} is answered for by ${mac ?? 'a host'} (${how}): the holder still carries it`,
      { reason: 'holder-answers', object: `node/${holder}` },
    );
  }
  const why = asked?.obstacle ?? 'no other node that answered is on its segment';
  const message = `nobody could be asked whether ${holder} still carries ${ip.text}: ${why}`;
  enforce([{ force: 'unprobed', message }], force);
  return `overridden: ${message}`;
}
