import type { Scenario } from '../scenario.ts';
import { scenario as s2 } from './s2.ts';

/** s2 with an API server that refuses new external IPs. */
export const scenario: Scenario = {
  ...s2,
  summary: 's2 with the admission plug-in DenyServiceExternalIPs',
  admissionPlugins: ['DenyServiceExternalIPs'],
};
