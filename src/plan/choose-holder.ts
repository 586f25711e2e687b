import { FailedError, RefusedError, UsageError } from '../errors.ts';
import type { Ip } from '../net/ip.ts';
import type { Snapshot } from '../snapshot/model.ts';
import { answeringNodes, holdersOf, interfacesOnSegment } from '../snapshot/queries.ts';
import type { Assignment } from '../snapshot/records.ts';
import { claimOf, heldElsewhere, onlyAnnotated } from './claim.ts';
import { mustNotBeDamaged } from './damaged-record.ts';
import type { ServiceRef } from './service-ref.ts';

/** The node that is to hold an address, and on which interface. */
export interface HolderChoice {
  node: string;
  interface: string;
}

/** Either the one place where the address belongs, or the places that a person may choose from. */
export type HolderAnswer = { chosen: HolderChoice } | { candidates: HolderChoice[] };

export interface HolderRequest {
  ref: ServiceRef;
  ip: Ip;
  /** What the flags say. */
  wanted: Partial<HolderChoice>;
  /** What decides where everything else leaves a choice. */
  defaults?: Partial<HolderChoice> | undefined;
  /** The Service's own record of the address. */
  existing: Assignment | undefined;
}

/**
 * Where the address goes: where it is assigned already, where another Service shares it, where a
 * hand put it, else the interface whose subnet holds it. An annotation decides only with the node's
 * record: whoever may edit a Service can write it. Throws RefusedError where what is recorded
 * contradicts what was asked for, or would be chosen; UsageError for a node or interface that does
 * not exist.
 */
export function chooseHolder(snapshot: Snapshot, request: HolderRequest): HolderAnswer {
  const { ref, ip, wanted, existing } = request;
  mustExist(snapshot, wanted);
  const claim = claimOf(snapshot, ref, ip, existing);
  if (!claim) return freeChoice(snapshot, request);
  const { place } = claim;
  if (!agrees(place, wanted)) throw heldElsewhere(snapshot, ip, claim, existing);
  const unread = !snapshot.nodes[place.node]?.facts;
  // The caller says of a holder that it cannot be read.
  if (claim.recorded || (existing && unread)) return { chosen: place };
  const answer = freeChoice(snapshot, request);
  if ('chosen' in answer && agrees(place, answer.chosen)) return answer;
  if (unread) throw heldElsewhere(snapshot, ip, claim, existing);
  mustNotBeDamaged(snapshot, place.node, ip.text);
  throw onlyAnnotated(ip, claim);
}

/** Where it goes if it has no place yet. */
function freeChoice(
  snapshot: Snapshot,
  { ip, wanted, defaults = {} }: HolderRequest,
): HolderAnswer {
  const answer = placesFor(snapshot, ip, wanted);
  if ('chosen' in answer) return answer;
  const narrowed = {
    node: wanted.node ?? defaults.node,
    interface: wanted.interface ?? defaults.interface,
  };
  mustExist(snapshot, narrowed);
  return placesFor(snapshot, ip, narrowed);
}

function placesFor(snapshot: Snapshot, ip: Ip, wanted: Partial<HolderChoice>): HolderAnswer {
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
