import type { NodeCheck } from '../../check.ts';
import { nodeObject, putThere } from '../../facts/own-addresses.ts';

/** A kubelet without --node-ip chooses among the addresses that the host has. */
export const takenByKubelet: NodeCheck = {
  code: 'EXT326',
  title: "the Node object has an external IP for the node's own",
  severity: 'error',
  reads: ['nodes'],
  ofNode: ['facts', 'records'],
  findOn({ state }, { cluster }) {
    const { name } = state;
    const reported = nodeObject(cluster, name)?.status?.addresses ?? [];
    const texts = reported.map(({ address }) => address);
    return putThere(state, cluster, texts).map(({ ip, ...about }) => ({
      ...about,
      message: `${name} reports ${ip}, which extip put there for Services, as its own address: others reach the node by it, and lose it when it goes`,
      evidence: [
        `nodes: ${name} reports ${reported.find(({ address }) => address === ip)?.type ?? 'address'} ${ip}`,
        `${name} extip-records.json: extip added ${ip}`,
      ],
      fix: { advice: `start the kubelet of ${name} with --node-ip and the node's own address` },
    }));
  },
};
