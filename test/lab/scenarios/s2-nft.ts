import type { Scenario } from '../scenario.ts';
import { scenario as dual } from './s2-dual.ts';

/** s2-dual with the service proxy in its newer mode. */
export const scenario: Scenario = {
  ...dual,
  summary: 's2 with IPv4 and IPv6, kube-proxy in nftables mode',
  kubeProxy: 'nftables',
};
