import { parseIp } from '../../net/ip.ts';
import type { ClusterState, NodeState } from '../../snapshot/model.ts';

/** What speaks against it that a machine is the node that it was reached as; null: nothing. */
export interface MachineDoubts {
  /** The Node's InternalIP is not on it. */
  address: string | null;
  /** Its machine-id is not the Node's. */
  machineId: string | null;
}

/**
 * By the Node's InternalIP and by its machine-id, as `checkMachine` has it before a change; of what the
 * Node or the machine does not say nothing is said. A machine-id that several Nodes report proves nothing.
 */
export function machineDoubts({ name, facts }: NodeState, cluster: ClusterState): MachineDoubts {
  const node = cluster.nodes.find(({ metadata }) => metadata.name === name);
  if (!node || !facts) return { address: null, machineId: null };
  const own = new Set(facts.interfaces.flatMap(({ addresses }) => addresses.map(({ ip }) => ip)));
  const internal = (node.status?.addresses ?? []).flatMap(({ type, address }) =>
    type === 'InternalIP' ? (parseIp(address)?.text ?? []) : [],
  );
  const isThere = internal.length === 0 || internal.some((ip) => own.has(ip));
  const wanted = node.status?.nodeInfo?.machineID;
  const isShared = cluster.nodes.some(
    ({ metadata, status }) => metadata.name !== name && status?.nodeInfo?.machineID === wanted,
  );
  const isOther = wanted && facts.machineId !== null && !isShared && facts.machineId !== wanted;
  return {
    address: isThere
      ? null
      : `${name} ip-addr.json: no interface has ${internal.join(', ')}, the Node's InternalIP`,
    machineId: isOther
      ? `${name} node.json: its machine-id is ${facts.machineId}, that of the Node is ${wanted}`
      : null,
  };
}
