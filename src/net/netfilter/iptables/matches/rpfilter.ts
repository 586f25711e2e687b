import { isLinkLocal6 } from '../../../routing/prefix.ts';
import { type ReversePath, reversePath } from '../../../routing/reverse-path.ts';
import { addressType } from '../../address-type.ts';
import type { NodeNetwork } from '../../node-network.ts';
import type { Packet } from '../../packet.ts';
import { ask, returnsThrough } from '../../questions.ts';
import { type Condition, not } from '../condition.ts';
import type { MatchModel } from '../model.ts';

interface Flags {
  loose: boolean;
  validMark: boolean;
  acceptLocal: boolean;
}

/**
 * Whether the source is reached through the interface that the packet comes in on; --loose: at all
 * (kernel 6.1, net/ipv4/netfilter/ipt_rpfilter.c, net/ipv6/netfilter/ip6t_rpfilter.c). What comes in
 * on a loopback interface says yes.
 */
export const rpfilter: MatchModel = {
  options: { loose: 0, validmark: 0, 'accept-local': 0, invert: 0 },
  conditions: ({ options }) => {
    const has = (option: string) => options.some(({ name }) => name === option);
    const condition = returns({
      loose: has('loose'),
      validMark: has('validmark'),
      acceptLocal: has('accept-local'),
    });
    return [has('invert') ? not(condition) : condition];
  },
};

function returns(flags: Flags): Condition {
  return (packet, node) => {
    const device = packet.inInterface;
    const arrival = node.interfaces?.find(({ name }) => name === device);
    if (device === 'lo' || arrival?.loopback) return true;
    const path = wayBack(packet, node, flags);
    if (path === 'same') return true;
    if (path === 'none' || (path === 'local' && !flags.acceptLocal)) return false;
    if (path !== 'unknown') return flags.loose || (path === 'local' && askFor(packet, flags));
    return askFor(packet, flags);
  };
}

function wayBack(packet: Packet, node: NodeNetwork, { validMark }: Flags): ReversePath {
  if (node.routes === undefined) {
    return addressType(packet.source, node) === 'local' ? 'local' : 'unknown';
  }
  if (isLinkLocal6(packet.source)) return 'same';
  const asked = { ...packet, mark: validMark ? packet.mark : 0 };
  return reversePath(asked, packet.inInterface, node.routes, node);
}

function askFor({ source, inInterface }: Packet, { loose }: Flags) {
  if (inInterface === null) return false;
  const through = loose ? 'any interface' : (inInterface ?? 'the interface it comes in on');
  return ask(returnsThrough(source, through));
}
