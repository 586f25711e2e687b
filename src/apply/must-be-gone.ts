import { RefusedError } from '../errors.ts';
import { type Ip, parseIp } from '../net/ip.ts';
import type { Plan } from '../plan/action.ts';
import { enforce } from '../plan/refusals.ts';
import type { Snapshot } from '../snapshot/model.ts';
import { interfacesOnSegment } from '../snapshot/queries.ts';
import { probeFrom } from './probe-from.ts';
import type { RecentAnswers } from './recent-answers.ts';
import type { Session } from './session.ts';

/**
 * Asks the segments, from nodes other than the holders, that nobody carries the addresses that the
 * plan releases; for 2 s each, so not again where they were `asked` for a short while ago. Returns
 * in a sentence each what was asked. Throws RefusedError where somebody answers.
 */
export async function mustBeGone(
  session: Session,
  snapshot: Snapshot,
  plan: Plan,
  asked: RecentAnswers,
  force: ReadonlySet<string>,
): Promise<string[]> {
  const notes = [];
  for (const { ip: text, node } of plan.steps.length > 0 ? plan.changes : []) {
    const ip = parseIp(text);
    if (!ip || asked.isFree(text)) continue;
    notes.push(await askWithoutHolder(session, snapshot, ip, node, force));
    asked.add(text, 'free');
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
