import type { Probe } from '../probe.ts';
import {
  addresses,
  clientPorts,
  type Family,
  links,
  nodeAddresses,
  pods,
  serverPorts,
} from '../topology.ts';
import type { Random } from './random.ts';

/** Packets from outside, from pods and from the node, to all that there is and some that is not. */
export function generateProbes(random: Random, family: Family, number: number): Probe[] {
  return random.list(random.integer(3, 6), (index) => {
    const tag = number * 8 + index + 1;
    const link = random.chance(0.2) ? null : random.pick(links).name;
    const source = generateSource(random, family, link);
    // What is sent from loopback to elsewhere comes back to nobody.
    const isLoopback = link === null && source === addresses[family].loopback;
    const destination = isLoopback
      ? random.pick(nodeAddresses(family))
      : generateDestination(random, family, link);
    const ends = { family, link, tag, source, destination };
    // A group that is pinged answers in the names of its members.
    if (random.chance(0.12) && !addresses[family].odd.includes(destination)) {
      const protocol = family === 4 ? 'icmp' : 'icmpv6';
      return { ...ends, protocol, sourcePort: null, destinationPort: null };
    }
    return {
      ...ends,
      protocol: random.pick(['tcp', 'tcp', 'tcp', 'udp', 'udp', 'sctp']),
      // Never twice within a case: NAT would have to choose another port.
      sourcePort: clientPorts + (tag % 40_000),
      destinationPort: random.pick(serverPorts),
    };
  });
}

function generateSource(random: Random, family: Family, link: string | null): string {
  const { clients, pods: its, odd } = addresses[family];
  if (link === null) return random.pick(nodeAddresses(family));
  if (random.chance(0.03)) return random.pick(odd);
  if (random.chance(0.05)) return random.pick([...nodeAddresses(family), ...Object.values(its)]);
  const pod = pods.find((name) => links.some((each) => each.name === link && each.host === name));
  if (pod) return its[pod];
  const right = link === 'up0' ? clients.up0 : clients.up1;
  return random.pick(random.chance(0.8) ? right : [...clients.up0, ...clients.up1]);
}

function generateDestination(random: Random, family: Family, link: string | null): string {
  const { clients, pods: its, virtual, nowhere, odd, loopback } = addresses[family];
  const own = nodeAddresses(family).filter((address) => address !== loopback);
  const kind = random.integer(0, 99);
  if (kind < 40) return random.pick(virtual);
  if (kind < 65) return random.pick(own);
  if (kind < 80) return random.pick(Object.values(its));
  if (kind < 92) return random.pick([...clients.up0, ...clients.up1]);
  if (kind < 93) return random.pick(nowhere);
  if (kind < 96 && link !== null) return random.pick(odd);
  return link === null || random.chance(0.5) ? loopback : random.pick(own);
}
