import { calicoGuard } from './calico-guard.ts';
import { fieldDumps } from './field-dumps.ts';
import { fieldPackets } from './field-packets.ts';
import { kubeProxyFlows } from './kube-proxy.ts';
import type { Outcome } from './outcome.ts';
import { scenario } from './scenario.ts';

/** Everything that is compared with recorded data: its name, what is counted, and how many there are. */
export const COMPARISONS: readonly {
  name: string;
  what: string;
  count: number;
  outcomes: () => Outcome[];
}[] = [
  {
    name: 'kube-proxy iptables-1.28',
    what: 'flows',
    count: 210,
    outcomes: () => kubeProxyFlows('iptables-1.28'),
  },
  {
    name: 'kube-proxy iptables-1.24',
    what: 'flows',
    count: 37,
    outcomes: () => kubeProxyFlows('iptables-1.24'),
  },
  {
    name: 'kube-proxy iptables-1.20',
    what: 'flows',
    count: 37,
    outcomes: () => kubeProxyFlows('iptables-1.20'),
  },
  {
    name: 'kube-proxy nftables-1.30',
    what: 'flows',
    count: 214,
    outcomes: () => kubeProxyFlows('nftables-1.30'),
  },
  { name: 'scenario S1', what: 'packets', count: 5, outcomes: scenario },
  { name: 'Calico guard', what: 'packets', count: 7, outcomes: calicoGuard },
  { name: 'field', what: 'dumps read', count: 46, outcomes: fieldDumps },
  { name: 'field', what: 'packets', count: 42, outcomes: fieldPackets },
];
