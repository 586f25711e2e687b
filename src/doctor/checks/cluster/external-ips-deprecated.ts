import { externalIPs } from '../../../snapshot/queries.ts';
import type { ClusterCheck } from '../../check.ts';
import { releaseOf } from '../../facts/release-of.ts';

/**
 * KEP-5707: deprecated in 1.36; kube-proxy's feature gate AllowServiceExternalIPs is to be off in 1.40, and what
 * it stands for gone in 1.43.
 */
export const externalIpsDeprecated: ClusterCheck = {
  code: 'EXT101',
  title: 'external IPs are deprecated in this release of Kubernetes',
  severity: 'info',
  reads: ['services'],
  needsServerVersion: true,
  ofNodes: [],
  standsInPart: true,
  find: ({ services }, { serverVersion }) => {
    const release = releaseOf(serverVersion);
    const served = services.filter((service) => externalIPs(service).length > 0);
    if (release === null || release < 36 || served.length === 0) return [];
    return [
      {
        object: 'cluster',
        message: `spec.externalIPs, which ${served.length === 1 ? 'one Service has' : `${served.length} Services have`}, is deprecated as of Kubernetes 1.36: kube-proxy is to serve it no longer unless told to (planned for 1.40), and then not at all (1.43)`,
        evidence: [`the API server is ${serverVersion}`],
        fix: null,
      },
    ];
  },
};
