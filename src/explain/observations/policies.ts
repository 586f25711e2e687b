import { areEndpointsKnown, servingNodes } from '../../snapshot/endpoints.ts';
import { type Service, serviceKey } from '../../snapshot/kubernetes.ts';
import { externalIPs, outsideIPs } from '../../snapshot/queries.ts';
import type { Evidence } from '../evidence.ts';
import type { Observation } from '../explanation.ts';
import { nameList, serviceObject } from '../phrases.ts';

/** What the Service's own settings make of who reaches what. */
export function policies(evidence: Evidence): Observation[] {
  return evidence.services.flatMap((service) => [
    ...externalPolicy(evidence, service),
    ...internalPolicy(evidence, service),
    ...healthCheckPort(service),
    ...sessionAffinity(service),
    ...sourceRanges(service),
  ]);
}

function externalPolicy(evidence: Evidence, service: Service): Observation[] {
  if (outsideIPs(service).length === 0) return [];
  const key = serviceKey(service);
  const message =
    service.spec.externalTrafficPolicy === 'Local'
      ? `externalTrafficPolicy of ${key} is Local: pods see the client's address, and only nodes that run a ready endpoint deliver: ${nodesText(evidence, service)}`
      : `externalTrafficPolicy of ${key} is Cluster: every node delivers to all pods, which see a node's address and not the client's`;
  return [info('external-policy', service, message)];
}

function internalPolicy(evidence: Evidence, service: Service): Observation[] {
  if (service.spec.internalTrafficPolicy !== 'Local') return [];
  const message = `internalTrafficPolicy of ${serviceKey(service)} is Local: its cluster IP leads pods and nodes to endpoints of their own node alone: ${nodesText(evidence, service)}`;
  return [info('internal-policy', service, message)];
}

function nodesText(evidence: Evidence, service: Service): string {
  if (!areEndpointsKnown(evidence.snapshot)) return 'which those are is not known';
  const ready = servingNodes(evidence.snapshot, service);
  return ready.length === 0 ? 'there is none' : nameList(ready);
}

function healthCheckPort(service: Service): Observation[] {
  const { healthCheckNodePort: port } = service.spec;
  if (!port) return [];
  const message = `load balancers ask every node on port ${port} whether it runs endpoints of ${serviceKey(service)}`;
  return [info('health-check-port', service, message)];
}

function sessionAffinity(service: Service): Observation[] {
  const { sessionAffinity: affinity, sessionAffinityConfig } = service.spec;
  if (affinity !== 'ClientIP') return [];
  const seconds = sessionAffinityConfig?.clientIP?.timeoutSeconds ?? 10_800;
  const message = `sessionAffinity of ${serviceKey(service)} is ClientIP: a client comes to the same pod again within ${seconds} s`;
  return [info('session-affinity', service, message)];
}

function sourceRanges(service: Service): Observation[] {
  const ranges = service.spec.loadBalancerSourceRanges ?? [];
  if (ranges.length === 0) return [];
  const key = serviceKey(service);
  if (externalIPs(service).length === 0) {
    const message = `loadBalancerSourceRanges of ${key}: its load-balancer addresses answer ${nameList(ranges)} alone`;
    return [info('source-ranges', service, message)];
  }
  return [
    {
      code: 'source-ranges',
      severity: 'warning',
      object: serviceObject(service),
      message: `loadBalancerSourceRanges of ${key} do not hold for its externalIPs: those answer everybody`,
      fix: { advice: 'keep clients out by a policy of the network plug-in or a firewall' },
    },
  ];
}

function info(code: Observation['code'], service: Service, message: string): Observation {
  return { code, severity: 'info', object: serviceObject(service), message, fix: null };
}
