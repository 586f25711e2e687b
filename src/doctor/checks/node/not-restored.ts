import type { NodeCheck } from '../../check.ts';
import { fixBy } from '../../facts/fix-by.ts';

/** The record counts on what is no longer there. */
export const notRestored: NodeCheck = {
  code: 'EXT314',
  title: 'what puts an external IP back after a reboot is gone',
  severity: 'warning',
  reads: [],
  ofNode: ['facts', 'records', 'persistence.txt'],
  findOn({ state: { name, facts } }, { cluster }) {
    if (facts?.restore.unit !== 'absent') return [];
    const { obstacle } = facts.restore;
    return facts.records
      .filter(({ persist, cluster: uid }) => persist && uid === cluster.uid)
      .map(({ ip, services }) => {
        const [first] = services;
        const fix =
          obstacle === null && first ? fixBy({ verb: 'assign', service: first, ip }) : null;
        return {
          object: `ip/${ip}`,
          touches: [
            `node/${name}`,
            ...services.map((service) => `service/${service.namespace}/${service.name}`),
          ],
          message: `${ip} is to be put back on ${name} after a reboot, and there is nothing that does it`,
          evidence: [
            `${name} extip-records.json: persist is true of ${ip}`,
            `${name} persistence.txt: unit: absent, obstacle: ${obstacle ?? 'none'}`,
          ],
          ...(fix ?? { fix: { advice: `after a reboot of ${name}: extip assign SERVICE ${ip}` } }),
        };
      });
  },
};
