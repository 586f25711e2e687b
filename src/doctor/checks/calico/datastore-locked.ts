import type { ClusterCheck } from '../../check.ts';
import { withoutCalico } from '../../facts/calico-places.ts';

/** As during a migration between datastores: agents take no change until it is ready again. */
export const datastoreLocked: ClusterCheck = {
  code: 'EXT541',
  title: "Calico's datastore is locked",
  severity: 'warning',
  reads: ['clusterinformations'],
  ofNodes: [],
  standsInPart: true,
  skips: withoutCalico,
  find: (_, { calico }) =>
    calico.clusterInformations
      .filter(({ spec }) => spec?.datastoreReady === false)
      .map(({ metadata }) => ({
        object: 'cluster',
        message:
          "Calico's datastore is locked: its agents take up no change of policies or host endpoints",
        evidence: [`ClusterInformation ${metadata.name}: datastoreReady is false`],
        fix: { advice: 'finish the migration, then: calicoctl datastore migrate unlock' },
      })),
};
