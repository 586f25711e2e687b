import type { Ip } from '../net/ip.ts';
import type { Snapshot } from '../snapshot/model.ts';
import { apiServerLosses, apiServerOf } from './api-server.ts';
import { type CheckedInterface, checkedInterfaces } from './checked-interfaces.ts';
import type { CoveredInterface } from './covered.ts';
import { stoppedBetween } from './flow.ts';
import { type InterfaceKind, interfaceKind } from './interface-kind.ts';
import { type Broken, brokenLines, type Loss, lossOf } from './loss.ts';
import { neighbourLosses, solicitationsFor } from './neighbour-discovery.ts';
import { ownAddresses, peerAddresses } from './node-addresses.ts';
import { nodeToNodeLosses } from './node-to-node.ts';
import { ownTrafficLosses } from './own-traffic.ts';
import { podRangesOf } from './pod-ranges.ts';
import { podTrafficLosses } from './pod-traffic.ts';
import type { CalicoObjects } from './read-objects.ts';
import { serviceLosses } from './service-losses.ts';
import { serviceTargets } from './service-targets.ts';
import { type SshLogin, sshLosses } from './ssh-losses.ts';

/** What is asked of a change to the guard of an address. */
export interface LockOutQuestion {
  covered: readonly CoveredInterface[];
  ip: Ip;
  ssh: readonly SshLogin[];
  /** A port of the API server, beside those of the Service default/kubernetes; of a proxy before it nothing is known. */
  apiPort: number;
}

/**
 * What works now at the covered interfaces, and at others that the change matters to, and would not after it,
 * or of which that would not be known. Where what decides stays the same but for packets to the address, nothing
 * is tried but what of these may go to it. What does not work now, or is not known to, is never told.
 */
export function brokenBy(
  snapshot: Snapshot,
  before: CalicoObjects,
  after: CalicoObjects,
  question: LockOutQuestion,
): Broken[] {
  const places = checkedInterfaces(snapshot, before, after, question);
  if (places.length === 0) return [];
  const { ip, ssh, apiPort } = question;
  const podRanges = podRangesOf(snapshot.cluster) ?? [];
  const api = apiServerOf(snapshot, apiPort);
  const targets = serviceTargets(snapshot, ip);
  const kinds = new Map<string, InterfaceKind>();
  return places.flatMap((place) => {
    const toGuarded = guardedLosses(snapshot, place, question);
    if (place.kind === null) return brokenLines(place, toGuarded);
    const kind = kinds.get(place.kind) ?? interfaceKind(place, podRanges);
    kinds.set(place.kind, kind);
    const own = ownAddresses(snapshot, place, ip);
    const peers = peerAddresses(snapshot, place);
    return brokenLines(place, [
      ...toGuarded,
      ...sshLosses(snapshot, place, ssh),
      ...apiServerLosses(snapshot, place, kind, { own, api }),
      ...nodeToNodeLosses(place, kind, own, peers),
      ...neighbourLosses(place, kind),
      ...ownTrafficLosses(place, kind, own),
      ...podTrafficLosses(place, kind, podRanges),
      ...serviceLosses(place, kind, { own, targets }),
    ]);
  });
}

/** What is addressed to the guarded address, and is not the Service's: the proof does not speak of it. */
function guardedLosses(
  snapshot: Snapshot,
  place: CheckedInterface,
  { ip, ssh }: LockOutQuestion,
): Loss[] {
  const logins = ssh.filter(({ server }) => server.text === ip.text);
  const flows = ip.family === 6 ? solicitationsFor(ip) : [];
  return [
    ...sshLosses(snapshot, place, logins),
    ...flows.flatMap((flow): Loss[] => {
      const stopped = stoppedBetween(place.before, place.after, flow);
      const before = `IPv6 neighbour discovery of ${ip.text} on ${place.node} ${place.interface}`;
      return stopped ? [lossOf(stopped, { before })] : [];
    }),
  ];
}
