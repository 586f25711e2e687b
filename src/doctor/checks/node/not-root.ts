import type { NodeCheck } from '../../check.ts';

/** Rules and what listens are shown to root alone, and nothing can be changed. */
export const notRoot: NodeCheck = {
  code: 'EXT304',
  title: 'extip is not root on a node',
  severity: 'warning',
  reads: [],
  ofNode: [],
  findOn({ state: { name, status, facts, reachedBy } }) {
    // A snapshot made by hand does not say who read the node.
    if (status !== 'ok' || facts?.root !== false) return [];
    return [
      {
        object: `node/${name}`,
        message: `on ${name} extip is neither root nor allowed \`sudo -n\`: its rules are not known, and no address can be put there`,
        evidence: [`reached by ${reachedBy}`, `${name} node.json: root is false`],
        fix: { advice: `let the login run \`sudo -n sh\` on ${name}: see docs/permissions.md` },
      },
    ];
  },
};
