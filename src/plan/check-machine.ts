import { parseIp } from '../net/ip.ts';
import type { Node } from '../snapshot/kubernetes.ts';
import type { NodeFacts, Snapshot } from '../snapshot/model.ts';
import type { Refusal } from './refusals.ts';

/** Which evidence is enough for a node, from the configuration; both where it says nothing. */
export type Identity = 'address' | 'machine-id' | 'both';

/**
 * Whether the machine that answered is the node: the Node's InternalIP is on it and its machine-id
 * is the Node's. Null when it is; otherwise which of the two does not hold. A machine-id that
 * several Nodes report (cloned images) proves nothing.
 */
export function checkMachine(
  snapshot: Snapshot,
  nodeName: string,
  identity: Identity = 'both',
): Refusal | null {
  const node = snapshot.cluster.nodes.find((candidate) => candidate.metadata.name === nodeName);
  const state = snapshot.nodes[nodeName];
  if (!node || !state?.facts) return null;
  const wrong = [
    ...(identity === 'machine-id' ? [] : wrongAddress(node, state.facts)),
    ...(identity === 'address' ? [] : wrongMachineId(snapshot, node, state.facts)),
  ];
  if (wrong.length === 0) return null;
  const reached = `reached as ${state.reachedBy}, it calls itself ${state.facts.hostname}`;
  return {
    force: 'machine',
    message: `this may not be ${nodeName} (${reached}): ${wrong.join('; ')}`,
  };
}

function wrongAddress(node: Node, facts: NodeFacts): string[] {
  const own = new Set(facts.interfaces.flatMap((link) => link.addresses.map(({ ip }) => ip)));
  const internal = (node.status?.addresses ?? []).filter(({ type }) => type === 'InternalIP');
  if (internal.some(({ address }) => own.has(parseIp(address)?.text ?? ''))) return [];
  const names = internal.map(({ address }) => address).join(', ');
  return [names ? `the Node's InternalIP ${names} is not on it` : 'the Node has no InternalIP'];
}

function wrongMachineId({ cluster }: Snapshot, node: Node, facts: NodeFacts): string[] {
  const wanted = node.status?.nodeInfo?.machineID;
  if (!wanted) return ['the Node reports no machine-id'];
  const sharing = cluster.nodes.filter((other) => other.status?.nodeInfo?.machineID === wanted);
  if (sharing.length > 1) {
    const names = sharing.map((other) => other.metadata.name).join(', ');
    return [`its machine-id proves nothing, ${names} report the same`];
  }
  return facts.machineId === wanted
    ? []
    : [`its machine-id is ${facts.machineId ?? 'missing'}, the Node's is ${wanted}`];
}
