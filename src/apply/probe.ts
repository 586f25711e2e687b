import type { Ip } from '../net/ip.ts';
import { probeAddress } from '../nodes/probe.ts';
import type { HolderChoice } from '../plan/choose-holder.ts';
import { enforce } from '../plan/refusals.ts';
import type { Snapshot } from '../snapshot/model.ts';
import { answeringNodes } from '../snapshot/queries.ts';
import { reachNode, type Session } from './session.ts';

/**
 * Asks the segment, from the node that is to hold the address, whether another host has it.
 * Throws RefusedError where one answers; else returns in a sentence what was asked.
 */
export async function probe(
  session: Session,
  snapshot: Snapshot,
  ip: Ip,
  holder: HolderChoice,
  force: ReadonlySet<string>,
): Promise<string> {
  const facts = snapshot.nodes[holder.node]?.facts;
  const reach = await reachNode(session, snapshot, holder.node);
  const answer = await probeAddress(reach, {
    ip: ip.text,
    interface: holder.interface,
    arping: facts?.arping ?? null,
    holdsItself: false,
  });
  if (answer.outcome === 'not-asked') {
    const message = `whether another host has ${ip.text} could not be asked: ${answer.reason ?? answer.how}`;
    // Nobody else is on a loopback; on any other link an unknown owner may be cut off.
    const link = facts?.interfaces.find(({ name }) => name === holder.interface);
    if (!link?.loopback) enforce([{ force: 'unprobed', message }], force);
    return message;
  }
  if (answer.outcome === 'free') return `nobody else answers for ${ip.text} (${answer.how})`;
  const owner = ownerOf(snapshot, answer.mac);
  const message = `another host answers for ${ip.text}: ${answer.mac ?? 'unknown MAC'}${owner} (${answer.how})`;
  enforce([{ force: 'answered', message }], force);
  return `overridden: ${message}`;
}

/** Whose interface has the MAC, where a node that answered has it. */
function ownerOf(snapshot: Snapshot, mac: string | undefined): string {
  if (mac === undefined) return '';
  for (const { name, facts } of answeringNodes(snapshot)) {
    const link = facts.interfaces.find((one) => one.mac?.toLowerCase() === mac.toLowerCase());
    if (link) return `, which is ${name}'s ${link.name}`;
  }
  return '';
}
