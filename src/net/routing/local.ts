import type { Ip } from '../ip.ts';
import { addressType } from '../netfilter/address-type.ts';
import type { NodeNetwork } from '../netfilter/node-network.ts';

/** Whether the address is one of the node's own; undefined: not known. */
export function isLocal(ip: Ip, node: NodeNetwork): boolean | undefined {
  const type = addressType(ip, node);
  return type && type === 'local';
}
