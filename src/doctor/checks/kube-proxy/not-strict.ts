import { OF_IPVS } from '../../../explain/beside-rules.ts';
import { sysctlCommand } from '../../../explain/help-commands.ts';
import { largerOf } from '../../../net/routing/sysctl.ts';
import type { NodeCheck } from '../../check.ts';
import { objectsOf, servedAddresses } from '../../facts/held-addresses.ts';

/** kube-ipvs0 has every address of every Service on every node. */
export const notStrict: NodeCheck = {
  code: 'EXT144',
  title: 'IPVS without strictARP: a node answers for external IPs that others have',
  severity: 'error',
  reads: ['services'],
  ofNode: ['facts', 'sysctl.txt'],
  findOn(node, { cluster }) {
    const { name, facts } = node.state;
    const network = node.read.get(4)?.network;
    const links = facts?.interfaces ?? [];
    const ipvs = links.find((link) => link.name === OF_IPVS);
    if (!ipvs || !network) return [];
    const served = servedAddresses(cluster);
    return ipvs.addresses.flatMap((address) => {
      const segment = node.evidence.addresses.get(address.ip)?.segment;
      const isHolder = links.some(
        (link) => link !== ipvs && link.addresses.some(({ ip }) => ip === address.ip),
      );
      const services = served.get(address.ip);
      if (!services || !segment || isHolder || address.ip.includes(':')) return [];
      if (largerOf('arp_ignore', segment, network) !== 0) return [];
      return {
        ...objectsOf(node, { ...address, link: ipvs, services }),
        message: `${name} has ${address.ip} on ${OF_IPVS} alone, and answers ARP for it on ${segment}: so does every node, and which one a neighbour believes is chance`,
        evidence: [
          `${name} ip-addr.json: ${OF_IPVS} has ${address.ip}`,
          `${name} sysctl.txt: arp_ignore of all and of ${segment} is 0`,
        ],
        fix: { command: sysctlCommand(name, 'net.ipv4.conf.all.arp_ignore', '1') },
      };
    });
  },
};
