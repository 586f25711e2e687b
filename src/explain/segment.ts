import { type Cidr, type Ip, inRange, parseCidr } from '../net/ip.ts';
import type { NodeNetwork, Route, WalkInterface } from '../net/netfilter/node-network.ts';

/** A network that a node is on, by this interface. */
export interface Segment {
  link: string;
  subnet: Cidr;
}

/**
 * The network of the node's that holds the address, by an interface that is up; where its interfaces are
 * not known, by its routes. null: there is none, as far as is known.
 */
export function segmentOf(ip: Ip, { interfaces, routes }: NodeNetwork): Segment | null {
  const all = interfaces ? interfaces.flatMap(ofInterface) : (routes ?? []).flatMap(ofRoute);
  const around = all.filter(({ subnet }) => inRange(subnet, ip));
  return around.toSorted((a, b) => b.subnet.prefix - a.subnet.prefix)[0] ?? null;
}

function ofInterface({ name, up, loopback, addresses }: WalkInterface): Segment[] {
  if (!up || loopback) return [];
  return addresses.flatMap(({ ip, prefix }) => segment(name, ip, prefix));
}

/** That of an interface's network needs no gateway. */
function ofRoute({ type, destination: { ip, prefix }, hops }: Route): Segment[] {
  const [hop, ...others] = hops;
  const isDirect = type === 'unicast' && others.length === 0 && hop?.gateway === null;
  return isDirect && hop.device && prefix > 0 ? segment(hop.device, ip, prefix) : [];
}

function segment(link: string, ip: Ip, prefix: number): Segment[] {
  const subnet = prefix < (ip.family === 4 ? 32 : 128) && parseCidr(`${ip.text}/${prefix}`);
  return subnet ? [{ link, subnet }] : [];
}
