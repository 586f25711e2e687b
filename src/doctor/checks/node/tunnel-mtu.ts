import { readTunnels } from '../../../net/routing/read-tunnels.ts';
import type { NodeCheck } from '../../check.ts';

/** Ethernet, IPv4, UDP and VXLAN of what is around each packet, in bytes (RFC 7348, 5). */
const OF_VXLAN = 50;

/** What pods send in whole packets does not fit into those that carry it. */
export const tunnelMtu: NodeCheck = {
  code: 'EXT325',
  title: 'the MTU of a tunnel is too large for the interface below it',
  severity: 'warning',
  reads: [],
  ofNode: ['ip-link.json'],
  findOn({ state: { name }, files }) {
    const tunnels = readTunnels(files.bytes['ip-link.json']?.toString() ?? '[]');
    return tunnels
      .filter(({ mtu, below }) => mtu + OF_VXLAN > below.mtu)
      .map(({ link, mtu, below }) => ({
        object: `node/${name}`,
        message: `${link} of ${name} takes packets of ${mtu} bytes, which with the ${OF_VXLAN} of VXLAN do not fit into the ${below.mtu} of ${below.link}: between nodes large packets are lost or cut up`,
        evidence: [
          `${name} ip-link.json: mtu of ${link} is ${mtu}, of ${below.link} below it ${below.mtu}`,
        ],
        fix: {
          advice: `set the network plug-in's MTU to ${below.mtu - OF_VXLAN} or less, and start its pods anew`,
        },
      }));
  },
};
