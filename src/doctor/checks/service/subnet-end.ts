import { outsideAddresses } from '../../../explain/evidence.ts';
import { serviceObject } from '../../../explain/phrases.ts';
import { parseCidr } from '../../../net/ip.ts';
import { type SubnetEnd, subnetEnds } from '../../../net/subnet-ends.ts';
import type { Snapshot } from '../../../snapshot/model.ts';
import { answeringNodes } from '../../../snapshot/queries.ts';
import type { ClusterCheck } from '../../check.ts';
import { addressLine } from '../../facts/service-facts.ts';

/** Hosts of the subnet do not take it for one host. */
export const subnetEnd: ClusterCheck = {
  code: 'EXT222',
  title: 'an external IP is one that its subnet keeps for itself',
  severity: 'warning',
  reads: ['services'],
  ofNodes: ['facts'],
  standsInPart: true,
  find: (evidence) => {
    const ends = endsOnNodes(evidence.snapshot);
    return outsideAddresses(evidence).flatMap(({ ip, services }) => {
      const end = ends.get(ip);
      if (!end) return [];
      return {
        object: `ip/${ip}`,
        touches: services.map(serviceObject),
        message: `${ip} is the ${end.role} address of ${end.subnet}: hosts of that subnet do not reach it as one host`,
        evidence: [
          ...services.map((service) => addressLine(service, ip)),
          `${end.node} ip-addr.json: ${end.link} has ${end.address}`,
        ],
        fix: { advice: `choose another address of ${end.subnet}` },
      };
    });
  },
};

interface End extends SubnetEnd {
  subnet: string;
  node: string;
  link: string;
  address: string;
}

/** Of the subnets that nodes are on. What a node has for the Services themselves is no subnet. */
function endsOnNodes(snapshot: Snapshot): ReadonlyMap<string, End> {
  const ends = answeringNodes(snapshot).flatMap(({ name: node, facts }) =>
    facts.interfaces
      .filter(({ loopback, up }) => up && !loopback)
      .flatMap(({ name: link, addresses }) =>
        addresses.flatMap(({ ip, prefix }) => {
          const address = `${ip}/${prefix}`;
          const cidr = parseCidr(address);
          if (!cidr) return [];
          const subnet = `${cidr.first.text}/${prefix}`;
          // The end itself says nothing of a subnet around it.
          return subnetEnds(cidr)
            .filter((end) => end.ip !== ip)
            .map((end) => [end.ip, { ...end, subnet, node, link, address }] as const);
        }),
      ),
  );
  return new Map(ends);
}
