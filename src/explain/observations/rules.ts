import { addressAndPort } from '../../net/address-and-port.ts';
import { areEndpointsKnown, endpointsOf } from '../../snapshot/endpoints.ts';
import { serviceKey } from '../../snapshot/kubernetes.ts';
import { externalIPs, whyNotProxied } from '../../snapshot/queries.ts';
import { type Evidence, targetEndpoints } from '../evidence.ts';
import type { Observation } from '../explanation.ts';
import { featureGateCommand } from '../help-commands.ts';
import type { NodeEvidence } from '../node-evidence.ts';
import { nameList, verb } from '../phrases.ts';
import type { Target } from '../targets.ts';

/** Shows kube-proxy's pods, where it runs in pods. */
export const KUBE_PROXY_PODS = 'kubectl get pods -n kube-system -l k8s-app=kube-proxy -o wide';

/** What the API has of a Service against what kube-proxy has in each node's kernel. */
export function rules(evidence: Evidence): Observation[] {
  return evidence.targets.flatMap((target) => [
    ...missing(evidence, target),
    ...stale(evidence, target),
  ]);
}

function missing(evidence: Evidence, target: Target): Observation[] {
  const nodes = nodesWhere(evidence, (node) => node.kernel.get(target)?.state === 'absent');
  const [first] = nodes;
  const { service, ip } = target;
  if (first === undefined || !service || !ip || whyNotProxied(service)) return [];
  const what = addressAndPort(ip.text, target.port);
  const mayBeGate =
    nodes.length === evidence.nodes.length && externalIPs(service).includes(ip.text);
  const why = mayBeGate
    ? 'kube-proxy is behind, or no longer serves external IPs (its feature gate AllowServiceExternalIPs)'
    : 'kube-proxy is behind there, or does not run';
  return [
    {
      code: 'rules-missing',
      severity: 'error',
      object: objectOf(nodes, target),
      message: `${nameList(nodes)} ${verb(nodes, 'has', 'have')} no rule of kube-proxy for ${what} ${target.protocol}, which ${serviceKey(service)} has in the API: ${why}`,
      fix: { command: mayBeGate ? featureGateCommand(first) : KUBE_PROXY_PODS },
    },
  ];
}

function stale(evidence: Evidence, target: Target): Observation[] {
  if (!target.service || !areEndpointsKnown(evidence.snapshot)) return [];
  const found = evidence.nodes.flatMap((node) => {
    const difference = differenceOn(evidence, target, node);
    return difference === null ? [] : [{ node: node.node, difference }];
  });
  const byDifference = Map.groupBy(found, ({ difference }) => difference);
  return [...byDifference].map(([difference, same]) => {
    const nodes = same.map(({ node }) => node);
    return {
      code: 'rules-stale' as const,
      severity: 'error' as const,
      object: objectOf(nodes, target),
      message: `the rules of ${nameList(nodes)} for ${target.service ? serviceKey(target.service) : ''} are not those of the API: ${difference}. kube-proxy is behind there, or does not run`,
      fix: { command: KUBE_PROXY_PODS },
    };
  });
}

/**
 * What differs on the node; null: nothing, or nothing that can be told. That endpoints are missing is
 * told only where every node has to have all.
 */
function differenceOn(evidence: Evidence, target: Target, { kernel }: NodeEvidence): string | null {
  const own = kernel.get(target);
  if (!own?.endpoints || own.state === 'absent') return null;
  const known = targetEndpoints(evidence, target);
  const gone = own.endpoints.filter((text) => !known.some((it) => it.text === text));
  if (gone.length > 0) return `they lead to ${nameList(gone)}, which the API no longer has`;
  const ready = known.filter((it) => it.ready).map(({ text }) => text);
  const lacking = ready.filter((text) => !own.endpoints?.includes(text));
  if (lacking.length === 0 || !hasAllEverywhere(evidence, target)) return null;
  return `they do not lead to ${nameList(lacking)}`;
}

/** Whether every node has to lead to all endpoints: traffic policies and topology hints leave some out on purpose. */
export function hasAllEverywhere(
  { snapshot }: Pick<Evidence, 'snapshot'>,
  { service }: Target,
): boolean {
  const { externalTrafficPolicy, internalTrafficPolicy } = service?.spec ?? {};
  const isLocal = externalTrafficPolicy === 'Local' || internalTrafficPolicy === 'Local';
  const hasHints = service && endpointsOf(snapshot, service).some(({ hints }) => hints);
  return !isLocal && !hasHints;
}

function nodesWhere({ nodes }: Evidence, is: (node: NodeEvidence) => boolean): string[] {
  return nodes.filter(is).map(({ node }) => node);
}

function objectOf([only, ...others]: readonly string[], { service }: Target): string {
  if (only !== undefined && others.length === 0) return `node/${only}`;
  return service ? `service/${serviceKey(service)}` : 'cluster';
}
