import { service } from '../../../explain/observations/service.ts';
import type { ClusterCheck } from '../../check.ts';
import { observed } from '../../facts/observed.ts';
import { nameIn } from '../../facts/service-facts.ts';

/** kube-proxy passes it over, and nobody says so. */
export const notProxied: ClusterCheck = {
  code: 'EXT209',
  title: 'a Service of a kind that is not served has an external IP',
  severity: 'error',
  reads: ['services'],
  ofNodes: [],
  standsInPart: true,
  find: (evidence) =>
    observed(service(evidence), 'error', ({ object }) => {
      const own = evidence.services.find(({ metadata }) => object.endsWith(`/${metadata.name}`));
      const { type = 'ClusterIP', clusterIP = 'none' } = own?.spec ?? {};
      return [`service ${nameIn(object)}: type is ${type}, clusterIP is ${clusterIP}`];
    }),
};
