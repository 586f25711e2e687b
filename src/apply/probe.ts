import type { Ip } from '../net/ip.ts';
import type { HolderChoice } from '../plan/choose-holder.ts';
import { enforce } from '../plan/refusals.ts';
import type { Snapshot } from '../snapshot/model.ts';
import { answeringNodes, interfacesOnSegment } from '../snapshot/queries.ts';
import { probeFrom } from './probe-from.ts';
import type { Session } from './session.ts';

/**
 * Asks the segment, from the node that is to hold the address, whether another host has it. What
 * is on a loopback is answered for on the other interfaces (arp_ignore 0), so for one the nodes on
 * the address's segment are asked. Throws RefusedError where a host answers; else returns in a
 * sentence what was asked.
 */
export async function probe(
  session: Session,
  snapshot: Snapshot,
  ip: Ip,
  holder: HolderChoice,
  force: ReadonlySet<string>,
): Promise<string> {
  const facts = snapshot.nodes[holder.node]?.facts;
  const link = facts?.interfaces.find(({ name }) => name === holder.interface);
  const places = link?.loopback ? interfacesOnSegment(snapshot, ip) : [holder];
  const asked = await probeFrom(session, snapshot, ip, places);
  if (asked === null) return `nobody was asked for ${ip.text}: no node is on its segment`;
  if ('obstacle' in asked) {
    const message = `whether another host has ${ip.text} could not be asked: ${asked.obstacle}`;
    enforce([{ force: 'unprobed', message }], force);
    return message;
  }
  const { outcome, mac, how } = asked.answer;
  if (outcome === 'free') return `nobody else answers for ${ip.text} (${how})`;
  const owner = ownerOf(snapshot, mac);
  const message = `another host answers for ${ip.text}: ${mac ?? 'unknown MAC'}${owner} (${how})`;
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
