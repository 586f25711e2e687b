import { readService } from '../cluster/services.ts';
import { ExtipError } from '../errors.ts';
import type { Plan } from '../plan/action.ts';
import { addressArgument } from '../plan/address-argument.ts';
import { type Mend, mendCommand } from '../plan/mend.ts';
import { mergePlans } from '../plan/merge-plans.ts';
import type { Snapshot } from '../snapshot/model.ts';
import { findService } from '../snapshot/queries.ts';
import type { Change, Decided } from './carry-out.ts';
import { decideAssign } from './decide-assign.ts';
import { readToDecide } from './read-snapshot.ts';
import { type RecentAnswers, recentAnswers } from './recent-answers.ts';
import { decideRelease } from './release.ts';
import type { Session } from './session.ts';

/**
 * How several changes that mend something are decided as one. One that is refused, or cannot be planned,
 * is left out, and `onRefused` is told why.
 */
export function mendChange(
  session: Session,
  mends: readonly Mend[],
  force: ReadonlySet<string>,
  onRefused: (mend: string, error: ExtipError) => void,
): Pick<Change, 'decide' | 'mayDiffer'> {
  const asked = recentAnswers();
  return {
    async decide(before): Promise<Decided> {
      const snapshot = await readToDecide(session, before);
      const decided: { plan: Plan; notes: string[] }[] = [];
      for (const mend of mends) {
        try {
          decided.push(await decideOne(session, snapshot, mend, { force, asked }));
        } catch (error) {
          if (!(error instanceof ExtipError)) throw error;
          // Under the lock it was said already.
          if (!before) onRefused(mendCommand(mend) ?? mend.verb, error);
        }
      }
      const plans = decided.map(({ plan }) => plan).filter(({ steps }) => steps.length > 0);
      return { snapshot, plan: mergePlans(plans), notes: decided.flatMap(({ notes }) => notes) };
    },
    mayDiffer: () => false,
  };
}

async function decideOne(
  session: Session,
  snapshot: Snapshot,
  mend: Mend,
  { force, asked }: { force: ReadonlySet<string>; asked: RecentAnswers },
): Promise<{ plan: Plan; notes: string[] }> {
  const ip = addressArgument(mend.ip);
  if (mend.verb === 'release-orphan') {
    const subject = { node: mend.node, ip };
    return decideRelease(session, snapshot, { subject, holderGone: false, force }, asked);
  }
  if (mend.verb === 'release') {
    const subject = { ...mend.service, ips: [ip] };
    return decideRelease(session, snapshot, { subject, holderGone: false, force }, asked);
  }
  const service =
    findService(snapshot, mend.service) ??
    (await readService(session.connection.api, mend.service));
  const input = { address: { ip }, ...mend.place, force, persist: true };
  return decideAssign(session, snapshot, service, input, asked);
}
