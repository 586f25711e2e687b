import { outsideAddresses } from '../../../explain/evidence.ts';
import { serviceObject } from '../../../explain/phrases.ts';
import { inRange, parseCidr, parseIp } from '../../../net/ip.ts';
import { externalIPs, holdersOf } from '../../../snapshot/queries.ts';
import type { ClusterCheck } from '../../check.ts';
import { objectsOf } from '../../cluster-snapshot.ts';
import { withoutCalico } from '../../facts/calico-places.ts';

interface BgpConfiguration {
  metadata: { name: string };
  spec?: { serviceExternalIPs?: { cidr?: string }[] };
}

/** Routers then lead packets to any node, neighbours to the one that has the address. */
export const bgpAndNode: ClusterCheck = {
  code: 'EXT530',
  title: 'an external IP is both on a node and announced by Calico over BGP',
  severity: 'warning',
  reads: ['services', 'bgpconfigurations'],
  ofNodes: ['facts'],
  standsInPart: true,
  skips: withoutCalico,
  find(evidence, cluster) {
    // Only the one of this name says which addresses of Services are announced.
    const own = objectsOf<BgpConfiguration>(cluster, 'bgpconfigurations').find(
      ({ metadata }) => metadata.name === 'default',
    );
    const announced = (own?.spec?.serviceExternalIPs ?? []).flatMap(({ cidr }) => {
      const range = parseCidr(cidr ?? '');
      return range ? { cidr, range } : [];
    });
    if (announced.length === 0) return [];
    return outsideAddresses(evidence).flatMap(({ ip: text, services }) => {
      const ip = parseIp(text);
      const users = services.filter((service) => externalIPs(service).includes(text));
      const by = ip && announced.find(({ range }) => inRange(range, ip));
      const holders = holdersOf(evidence.snapshot, text);
      if (!by || users.length === 0 || holders.length === 0) return [];
      return {
        object: `ip/${text}`,
        touches: users.map(serviceObject),
        message: `${text} is on ${holders.map(({ node }) => node).join(', ')}, and Calico announces it over BGP as well: routers and neighbours are told of different nodes`,
        evidence: [
          `BGPConfiguration default: serviceExternalIPs has ${by.cidr}`,
          ...holders.map((one) => `${one.node} ip-addr.json: ${one.interface} has ${text}`),
        ],
        fix: {
          advice: `keep one: release ${text} from its node, or take ${by.cidr} out of serviceExternalIPs`,
        },
      };
    });
  },
};
