import type { Ip } from '../../../ip.ts';
import { addressType } from '../../address-type.ts';
import type { NodeNetwork } from '../../node-network.ts';
import type { Packet } from '../../packet.ts';
import { ask, hasAddressType, isAddressOf, isLocalAddress } from '../../questions.ts';
import type { Fork } from '../../rules.ts';
import type { Condition } from '../condition.ts';
import { ifAll, type MatchModel } from '../model.ts';
import type { Extension } from '../rule-syntax.ts';
import { valueAt } from '../values.ts';
import { Malformed, type Word } from '../words.ts';

const TYPES = [
  'UNSPEC',
  'UNICAST',
  'LOCAL',
  'BROADCAST',
  'ANYCAST',
  'MULTICAST',
  'BLACKHOLE',
  'UNREACHABLE',
  'PROHIBIT',
  'THROW',
  'NAT',
  'XRESOLVE',
];

/**
 * Kernel 6.1, net/netfilter/xt_addrtype.c. In IPv4 only the local table is asked, so that no address
 * is BLACKHOLE, UNREACHABLE, PROHIBIT or THROW; in IPv6 a real route is looked up.
 */
export const addrtype: MatchModel = {
  options: { 'src-type': 1, 'dst-type': 1, 'limit-iface-in': 0, 'limit-iface-out': 0 },
  conditions: (extension, { family }) =>
    ifAll(
      extension.options.filter(({ name }) => !name.startsWith('limit')),
      ({ name, inverted, values }): Condition => {
        const types = readTypes(valueAt(values, 0));
        const limit = limitOf(extension);
        return (packet, node) => {
          const ip = name === 'src-type' ? packet.source : packet.destination;
          const device = limit && deviceOf(packet, limit);
          return family === 4
            ? matchIpv4(ip, node, device, (type) => types.has(type) !== inverted)
            : matchIpv6(ip, node, device, types, inverted);
        };
      },
    ),
};

type Limit = 'in' | 'out';

/** `unknown`: the packet does not say; undefined: no interface, no limit. */
type Device = { name: string | undefined; words: string } | undefined;

function limitOf({ options }: Extension): Limit | undefined {
  if (options.some(({ name }) => name === 'limit-iface-in')) return 'in';
  return options.some(({ name }) => name === 'limit-iface-out') ? 'out' : undefined;
}

function deviceOf(packet: Packet, limit: Limit): Device {
  const name = limit === 'in' ? packet.inInterface : packet.outInterface;
  const words = limit === 'in' ? 'the interface it comes in on' : 'the interface it leaves on';
  return name === null ? undefined : { name, words: name ?? words };
}

function matchIpv4(
  ip: Ip,
  node: NodeNetwork,
  device: Device,
  wanted: (type: string) => boolean,
): boolean | Fork {
  const known = knownType(ip, node, device);
  if (known) return wanted(known.toUpperCase());
  if (wanted('LOCAL') === wanted('UNICAST')) return askBroadcast(ip, wanted);
  const question = device ? isAddressOf(ip, device.words) : isLocalAddress(ip);
  const fork = ask(question);
  const [yes, no] = [wanted('LOCAL'), askBroadcast(ip, wanted)];
  return {
    ...fork,
    branches: fork.branches.map((branch) => ({
      ...branch,
      gives: branch.gives === true ? yes : no,
    })),
  };
}

/** Of an address that is not the node's own. */
function askBroadcast(ip: Ip, wanted: (type: string) => boolean): boolean | Fork {
  if (wanted('BROADCAST') === wanted('UNICAST')) return wanted('UNICAST');
  const fork = ask(hasAddressType(ip, 'broadcast'));
  return {
    ...fork,
    branches: fork.branches.map((branch) => ({
      ...branch,
      gives: wanted(branch.gives === true ? 'BROADCAST' : 'UNICAST'),
    })),
  };
}

/** xt_addrtype.c match_type6: the address must be of every static kind named, and of one routed kind. */
function matchIpv6(
  ip: Ip,
  node: NodeNetwork,
  device: Device,
  types: ReadonlySet<string>,
  inverted: boolean,
): boolean | Fork {
  const known = knownType(ip, node, device);
  const isMulticast = ip.value >> 120n === 0xffn;
  const isUnspecified = ip.value === 0n;
  if (types.has('MULTICAST') && !isMulticast) return inverted;
  if (types.has('UNICAST') && (isMulticast || isUnspecified)) return inverted;
  if (types.has('UNSPEC') && !isUnspecified) return inverted;
  const routed = [...types].filter((type) => ['LOCAL', 'ANYCAST', 'UNREACHABLE'].includes(type));
  if (routed.length === 0) return !inverted;
  if (known && routed.includes(known.toUpperCase())) return !inverted;
  if (known && routed.length === 1 && types.has('LOCAL')) return inverted;
  const question =
    types.has('LOCAL') && !known ? local(ip, device) : hasAddressType(ip, 'unreachable');
  const fork = ask(question);
  return {
    ...fork,
    branches: fork.branches.map((branch) => ({ ...branch, gives: branch.gives !== inverted })),
  };
}

function local(ip: Ip, device: Device) {
  return device ? isAddressOf(ip, device.words) : isLocalAddress(ip);
}

function knownType(ip: Ip, node: NodeNetwork, device: Device) {
  return device && device.name === undefined ? undefined : addressType(ip, node, device?.name);
}

function readTypes(word: Word): Set<string> {
  const types = word.text.toUpperCase().split(',');
  const foreign = types.find((type) => !TYPES.includes(type));
  if (foreign !== undefined) throw new Malformed(word.column, `not a type of address: ${foreign}`);
  return new Set(types);
}
