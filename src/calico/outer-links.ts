import type { NetworkInterface, NodeFacts } from '../snapshot/model.ts';
import { isLinkLocal } from './node-addresses.ts';

/** The interfaces of a node that packets from outside come in through: not its pods', nor what is down. */
export function outerLinks(
  { interfaces }: NodeFacts,
  podPrefixes: readonly string[],
): NetworkInterface[] {
  return interfaces.filter(
    (link) => link.up && !link.loopback && hasAddress(link) && !isOfPod(link.name, podPrefixes),
  );
}

/** Whether an interface of this name is that of a pod. */
export function isOfPod(name: string, podPrefixes: readonly string[]): boolean {
  return podPrefixes.some((prefix) => name.startsWith(prefix));
}

function hasAddress({ addresses }: NetworkInterface): boolean {
  return addresses.some(({ ip }) => !isLinkLocal(ip));
}
