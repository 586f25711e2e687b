import { FailedError, RefusedError, UsageError } from '../errors.ts';
import type { Ip } from '../net/ip.ts';
import type { Snapshot } from '../snapshot/model.ts';
import {
  answeringNodes,
  holdersOf,
  interfacesOnSegment,
  isLive,
  recordsOf,
} from '../snapshot/queries.ts';
import type { Assignment } from '../snapshot/records.ts';
import type { ServiceRef } from './service-ref.ts';

/** The node that is to hold an address, and on which interface. */
export interface HolderChoice {
  node: string;
  interface: string;
}

/** Either the one place where the address belongs, or the places that a person may choose from. */
export type HolderAnswer = { chosen: HolderChoice } | { candidates: HolderChoice[] };

/**
 * Where the address goes: where it is assigned already, where another Service shares it, where a
 * hand put it, else the interface whose subnet holds it. Throws RefusedError when that contradicts
 * what was asked for, UsageError for a node or interface that does not exist.
 */
export function chooseHolder(
  snapshot: Snapshot,
  ref: ServiceRef,
  ip: Ip,
  wanted: Partial<HolderChoice>,
  existing: Assignment | undefined,
): HolderAnswer {
  mustExist(snapshot, wanted);
  const taken = existing ?? sharedHolder(snapshot, ip);
  if (taken) {
    if (!agrees(taken, wanted)) throw heldElsewhere(snapshot, ref, ip, taken, existing);
    return { chosen: { node: taken.node, interface: taken.interface } };
  }
  const handMade = holdersOf(snapshot, ip.text).filter((holder) => agrees(holder, wanted));
  const [only, ...more] = handMade;
  if (only && more.length === 0) {
    return { chosen: { node: only.node, interface: only.interface } };
  }
  if (wanted.node && wanted.interface) {
    return { chosen: { node: wanted.node, interface: wanted.interface } };
  }
  const candidates = interfacesOnSegment(snapshot, ip)
    .filter((holder) => agrees(holder, wanted))
    .map(({ node, interface: name }) => ({ node, interface: name }));
  const [single, ...others] = candidates;
  return single && others.length === 0 ? { chosen: single } : { candidates };
}

/** The question's answer for those who cannot be asked: what to add to the command. */
export function askForHolder(ip: Ip, wanted: Partial<HolderChoice>, answer: HolderChoice[]) {
  const where = wanted.node ? `of ${wanted.node} ` : '';
  if (answer.length === 0) {
    return new UsageError(`no interface ${where}has a subnet that holds ${ip.text}`, {
      reason: 'no-interface',
      help: wanted.node ? 'name one: --interface IF' : 'name the place: --node NODE --interface IF',
    });
  }
  const places = answer.map((place) => `${place.node} ${place.interface}`).join(', ');
  return new UsageError(`${ip.text} could go on several interfaces: ${places}`, {
    reason: 'ambiguous-holder',
    help: 'name one: --node NODE or --interface IF',
  });
}

function agrees(place: HolderChoice, wanted: Partial<HolderChoice>): boolean {
  return (
    (wanted.node === undefined || wanted.node === place.node) &&
    (wanted.interface === undefined || wanted.interface === place.interface)
  );
}

/** Where another Service has the address; a record that no Service stands behind does not count. */
function sharedHolder(snapshot: Snapshot, ip: Ip): HolderChoice | undefined {
  const first = recordsOf(snapshot, ip.text).find(
    ({ node, record }) =>
      record.cluster === snapshot.cluster.uid &&
      record.services.some(({ uid }) => isLive(snapshot, node, ip.text, uid)),
  );
  return first && { node: first.node, interface: first.record.interface };
}

function mustExist(snapshot: Snapshot, wanted: Partial<HolderChoice>): void {
  if (wanted.node === undefined) {
    if (wanted.interface !== undefined) mustBeSomewhere(snapshot, wanted.interface);
    return;
  }
  const names = snapshot.cluster.nodes.map((node) => node.metadata.name);
  if (!names.includes(wanted.node)) {
    throw new UsageError(`the cluster has no node ${wanted.node}`, {
      reason: 'node-not-found',
      object: `node/${wanted.node}`,
      help: `its nodes: ${names.join(', ')}`,
    });
  }
  const state = snapshot.nodes[wanted.node];
  if (!state?.facts) {
    throw new FailedError(`${wanted.node} cannot be read: ${state?.message ?? 'not asked'}`, {
      reason: `node-${state?.status ?? 'unknown'}`,
      object: `node/${wanted.node}`,
    });
  }
  const links = state.facts.interfaces.map((link) => link.name);
  if (wanted.interface !== undefined && !links.includes(wanted.interface)) {
    throw new RefusedError(`${wanted.node} has no interface ${wanted.interface}`, {
      reason: 'interface-not-found',
      object: `node/${wanted.node}`,
      help: `its interfaces: ${links.join(', ')}`,
    });
  }
}

function mustBeSomewhere(snapshot: Snapshot, interfaceName: string): void {
  const nodes = answeringNodes(snapshot);
  if (nodes.some(({ facts }) => facts.interfaces.some(({ name }) => name === interfaceName)))
    return;
  throw new RefusedError(`no node that answered has an interface ${interfaceName}`, {
    reason: 'interface-not-found',
  });
}

function heldElsewhere(
  snapshot: Snapshot,
  ref: ServiceRef,
  ip: Ip,
  taken: HolderChoice,
  existing: Assignment | undefined,
): RefusedError {
  const service = `${ref.namespace}/${ref.name}`;
  const gone = snapshot.nodes[taken.node]?.status !== 'ok';
  const sharers = recordsOf(snapshot, ip.text).flatMap(({ record }) => record.services);
  const users = existing ? [service] : sharers.map((user) => `${user.namespace}/${user.name}`);
  return new RefusedError(
    `${ip.text} is on ${taken.node} ${taken.interface}, for ${users.join(', ')}`,
    {
      reason: 'held-elsewhere',
      object: `node/${taken.node}`,
      help: existing
        ? `release it first: extip release ${service} ${ip.text}${gone ? ' --holder-gone' : ''}`
        : 'an address that several Services share has one node and one interface',
    },
  );
}
