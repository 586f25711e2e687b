import type { Scenario } from '../scenario.ts';
import { scenario as s2 } from './s2.ts';

/** s2 with the service proxy in its newer mode. */
export const scenario: Scenario = {
  ...s2,
  summary: 's2 with kube-proxy in nftables mode',
  kubeProxy: 'nftables',
};
