import type { NodeCheck } from '../../check.ts';

/** As it was asked for, or as the node allows. */
export const untilReboot: NodeCheck = {
  code: 'EXT315',
  title: 'an external IP is there until the node reboots',
  severity: 'info',
  reads: [],
  ofNode: ['facts', 'records'],
  findOn({ state: { name, facts } }, { cluster }) {
    return (facts?.records ?? [])
      .filter((record) => !record.persist && !record.preexisting && record.cluster === cluster.uid)
      .map(({ ip, services }) => ({
        object: `ip/${ip}`,
        touches: [
          `node/${name}`,
          ...services.map((service) => `service/${service.namespace}/${service.name}`),
        ],
        message: `${ip} is not put back on ${name} after a reboot`,
        evidence: [`${name} extip-records.json: persist is not true of ${ip}`],
        fix: null,
      }));
  },
};
