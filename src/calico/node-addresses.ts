import { type Cidr, type Ip, inRange, parseCidr, parseIp } from '../net/ip.ts';
import { oncePer } from '../once-per.ts';
import type { NetworkInterface, Snapshot } from '../snapshot/model.ts';
import type { CheckedInterface } from './checked-interfaces.ts';

/** An address of a node, by which others know it. */
export interface NodeAddress {
  node: string;
  ip: Ip;
}

/**
 * The addresses by which the node itself sends and is reached through the interface, without `except`. Single
 * addresses are those of Services, unless it has no other.
 */
export function ownAddresses(
  snapshot: Snapshot,
  { node, link }: Pick<CheckedInterface, 'node' | 'link'>,
  except: Ip,
): Ip[] {
  const internal = internalIps(snapshot).get(node) ?? [];
  const all = (link?.addresses ?? []).flatMap(({ ip: text, prefix }) => {
    const ip = parseIp(text);
    if (!ip || text === except.text || isLinkLocal(text)) return [];
    const isPlain =
      prefix < singlePrefix(ip) || internal.some((one) => one.text === text) || link?.loopback;
    return { ip, isPlain };
  });
  const plain = all.filter(({ isPlain }) => isPlain);
  const own = (plain.length > 0 ? plain : all).map(({ ip }) => ip);
  return own.length > 0 ? own : internal.filter(({ text }) => text !== except.text);
}

/**
 * The other nodes' addresses from which packets may come in through the interface: those in a subnet of it,
 * and the InternalIPs that are in no subnet of another of the node's interfaces.
 */
export function peerAddresses(
  snapshot: Snapshot,
  place: Pick<CheckedInterface, 'node' | 'link'>,
): NodeAddress[] {
  const { node, link } = place;
  const subnets = link ? subnetsOf(link) : [];
  const isHere = (ip: Ip) => subnets.some((subnet) => inRange(subnet, ip));
  const here = plainAddresses(snapshot).filter((one) => one.node !== node && isHere(one.ip));
  const through = mayPass(snapshot, place);
  const internal = [...internalIps(snapshot)].flatMap(([name, ips]) =>
    name === node ? [] : ips.filter(through).map((ip) => ({ node: name, ip })),
  );
  return [...new Map([...here, ...internal].map((one) => [one.ip.text, one])).values()];
}

/**
 * Whether what has the address at its other end may go through the interface: not what is in the subnet of
 * another one alone. Routes are not asked.
 */
export function mayPass(
  snapshot: Snapshot,
  { node, link }: Pick<CheckedInterface, 'node' | 'link'>,
): (ip: Ip) => boolean {
  const links = snapshot.nodes[node]?.facts?.interfaces ?? [];
  const own = link ? subnetsOf(link) : [];
  const others = links.filter((one) => one !== link && one.up).flatMap(subnetsOf);
  const isIn = (subnets: readonly Cidr[], ip: Ip) => subnets.some((one) => inRange(one, ip));
  return (ip) => isIn(own, ip) || !isIn(others, ip);
}

/** The subnets that the interface is in. */
export function subnetsOf({ addresses }: NetworkInterface): Cidr[] {
  return addresses.flatMap(({ ip, prefix }) => {
    const subnet = parseCidr(`${ip}/${prefix}`);
    return subnet && prefix < singlePrefix(subnet.first) ? [subnet] : [];
  });
}

function singlePrefix({ family }: Ip): number {
  return family === 4 ? 32 : 128;
}

/** Every interface has one, those of pods too. */
export function isLinkLocal(text: string): boolean {
  return /^(fe80:|169\.254\.)/.test(text);
}

/** The InternalIPs of each node. */
const internalIps = oncePer(
  ({ cluster }: Snapshot) =>
    new Map(
      cluster.nodes.map(({ metadata, status }) => [
        metadata.name,
        (status?.addresses ?? [])
          .filter(({ type }) => type === 'InternalIP')
          .flatMap(({ address }) => parseIp(address) ?? []),
      ]),
    ),
);

/** What nodes have on their interfaces, but for single addresses and what is of the link alone. */
const plainAddresses = oncePer(({ nodes }: Snapshot): NodeAddress[] =>
  Object.values(nodes).flatMap(({ name, facts }) =>
    (facts?.interfaces ?? []).flatMap(({ loopback, addresses }) =>
      addresses.flatMap(({ ip: text, prefix }) => {
        const ip = parseIp(text);
        const isPlain = ip && !loopback && prefix < singlePrefix(ip) && !isLinkLocal(text);
        return isPlain ? { node: name, ip } : [];
      }),
    ),
  ),
);
