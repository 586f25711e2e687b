import type { Ip } from '../net/ip.ts';
import type { NetworkInterface, Snapshot } from '../snapshot/model.ts';
import { subnetHolding } from '../snapshot/queries.ts';
import type { HolderChoice } from './choose-holder.ts';

/**
 * The interfaces of the holder on which its kernel answers who has the address; the one to announce
 * on first, none for what is only routed to the node. ARP is answered on every interface of the
 * segment, whichever carries the address, `lo` too, as long as arp_ignore is 0, the kernel's default
 * (arp_process, net/ipv4/arp.c); NDP only on the one that carries it (ndisc_recv_ns,
 * net/ipv6/ndisc.c). Both seen on Linux 6.18.
 */
export function answeringInterfaces(
  snapshot: Snapshot,
  ip: Ip,
  holder: HolderChoice,
): NetworkInterface[] {
  const links = snapshot.nodes[holder.node]?.facts?.interfaces ?? [];
  const carrier = links.filter(({ name, loopback }) => name === holder.interface && !loopback);
  if (ip.family === 6) return carrier;
  const onSegment = links.filter((link) => link.up && subnetHolding(link, ip) !== null);
  if (onSegment.length === 0) return carrier;
  return onSegment.toSorted(
    (a, b) => Number(b.name === holder.interface) - Number(a.name === holder.interface),
  );
}
