import type { NodeCheck } from '../../check.ts';
import { nodeObject, putThere } from '../../facts/own-addresses.ts';

/** Its address autodetection takes what it finds first, or what is of a network (IP_AUTODETECTION_METHOD). */
export const takenByCalico: NodeCheck = {
  code: 'EXT327',
  title: "Calico takes an external IP for the node's own",
  severity: 'error',
  reads: ['nodes'],
  ofNode: ['facts', 'records'],
  findOn({ state }, { cluster }) {
    const { name } = state;
    const annotations = nodeObject(cluster, name)?.metadata.annotations ?? {};
    return ['projectcalico.org/IPv4Address', 'projectcalico.org/IPv6Address'].flatMap((key) => {
      const text = annotations[key];
      if (text === undefined) return [];
      return putThere(state, cluster, [text]).map(({ ip, ...about }) => ({
        ...about,
        message: `Calico has ${ip}, which extip put on ${name} for Services, for ${name}'s own address: its tunnels and BGP sessions lead there, and break when it goes`,
        evidence: [
          `nodes: ${name}, annotation ${key}: ${text}`,
          `${name} extip-records.json: extip added ${ip}`,
        ],
        fix: {
          advice:
            'let Calico detect addresses by kubernetes-internal-ip (IP_AUTODETECTION_METHOD of calico-node), and restart it there',
        },
      }));
    });
  },
};
