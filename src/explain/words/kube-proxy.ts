import type { KubeProxyChain } from '../../net/kube-proxy/iptables-chain.ts';
import { readServicePort, servicePortText } from '../../net/kube-proxy/service-port.ts';
import type { KnownPhase } from './known-phase.ts';

/** What kube-proxy's chain does with the packet. */
export function kubeProxyPurpose(chain: KubeProxyChain, table: string): string {
  const service = chain.service ? servicePortText(chain.service) : 'a Service';
  const of = chain.service && !chain.isProven ? `${service} (as its comment says)` : service;
  const isFilter = table === 'filter';
  switch (chain.kind) {
    case 'SVC':
      return `to one of the endpoints of ${of}`;
    case 'SVL':
      return `to one of the endpoints of ${of} on this node`;
    case 'EXT':
      return `from outside to ${of}`;
    case 'XLB':
      return `from outside to ${of}, by its policy Local`;
    case 'FW':
      return `to the load balancer of ${of}, if the source is allowed`;
    case 'SEP':
      return chain.endpoint
        ? `to the endpoint ${chain.endpoint} of ${of}`
        : `to an endpoint of ${of}`;
    case 'SERVICES':
      return isFilter
        ? 'kube-proxy refuses Services that have no endpoint'
        : 'kube-proxy looks for the Service of this address and port';
    case 'NODEPORTS':
      return isFilter
        ? 'kube-proxy lets health checks in'
        : "the address is a node's: kube-proxy looks for the Service of this node port";
    case 'POSTROUTING':
      return 'kube-proxy masquerades what is marked for it';
    case 'MARK-MASQ':
      return 'marks the packet for masquerade';
    case 'MARK-DROP':
      return 'marks the packet to be dropped';
    case 'FORWARD':
      return 'kube-proxy lets traffic of Services be forwarded';
    case 'FIREWALL':
      return 'kubelet drops what is marked to be dropped, and what has no business on 127.0.0.0/8';
    case 'EXTERNAL-SERVICES':
      return 'kube-proxy refuses what has no endpoint';
    case 'PROXY-FIREWALL':
      return 'kube-proxy drops sources that a load balancer does not allow';
    case 'PROXY-CANARY':
    case 'KUBELET-CANARY':
      return 'shows that the rules were not flushed';
  }
}

/** What nftables mode drops with no comment. */
const NO_LOCAL = 'no endpoint on this node';

/** What a rule in one of kube-proxy's chains does, where that is more than its verdict says. */
export function kubeProxyWords(
  chain: KubeProxyChain,
  { phase, target }: KnownPhase,
): string | null {
  const { action, effect, rule } = phase;
  const comment = rule?.comment ?? '';
  const service = chain.service ? servicePortText(chain.service) : 'the Service';
  switch (action) {
    case 'jump':
    case 'goto':
      if (!target?.purpose) return null;
      return [cause(chain, target, comment), target.purpose].filter(Boolean).join(': ');
    case 'dnat':
      return `sends the packet ${effect ?? ''}`;
    case 'mark':
      if (chain.kind === 'MARK-MASQ') return 'marks the packet for masquerade';
      if (chain.kind === 'MARK-DROP') return 'marks the packet to be dropped';
      return chain.kind === 'POSTROUTING' ? 'takes the mark away' : null;
    case 'return':
      return chain.kind === 'POSTROUTING' ? 'is not marked: its source stays' : null;
    case 'masquerade':
      return 'gives the packet an address of the node as its source';
    case 'set':
      return 'remembers the client, whose next connections go to the same endpoint';
    case 'reject':
      return `refuses the packet: ${comment || 'no endpoint'}`;
    case 'accept':
      return chain.kind === 'FORWARD' ? 'lets the packet be forwarded' : null;
    case 'drop':
      if (chain.kind === 'FORWARD') return 'drops what conntrack finds invalid';
      if (chain.kind === 'FIREWALL') return `drops the packet: ${comment}`;
      if (chain.kind === 'EXTERNAL-SERVICES') return `drops the packet: ${comment || NO_LOCAL}`;
      return `drops the packet: ${comment || `not allowed to ${service}`}`;
    default:
      return null;
  }
}

/** Why a rule leads to another chain. */
function cause(
  { kind }: KubeProxyChain,
  target: NonNullable<KnownPhase['target']>,
  comment: string,
): string | null {
  const [, address] = /\b(cluster IP|external IP|loadbalancer IP)$/.exec(comment) ?? [];
  if (kind === 'SERVICES' && address) return `the ${address} of ${namedIn(comment)}`;
  if (target.kubeProxy?.kind !== 'MARK-MASQ') return null;
  if (kind === 'SEP') return 'the endpoint reaches itself';
  if (kind === 'SVC' || kind === 'SVL') return 'it comes from no pod';
  return kind === 'EXT' || kind === 'XLB' || kind === 'FW' ? 'it comes from outside' : null;
}

function namedIn(comment: string): string {
  const service = readServicePort(comment, null);
  return service ? servicePortText(service) : 'a Service';
}
