import type { Explanation, Flow } from '../../src/explain/explanation.ts';
import { Findings } from '../../src/explain/findings.ts';
import { type From, originsOf } from '../../src/explain/origins.ts';
import { type Asking, targetsOf } from '../../src/explain/targets.ts';
import { ExplanationDocument } from '../../src/output/explanation-document.ts';
import { document } from '../../src/output/json.ts';
import type { EndpointSlice, Service } from '../../src/snapshot/kubernetes.ts';
import type { NodeState, Snapshot } from '../../src/snapshot/model.ts';
import type { NodeFiles } from '../../src/snapshot/node-files.ts';
import { buildEndpointSlice, buildService, buildSnapshot, IP } from '../build-snapshot.ts';

/** What is asked, and what of scenario S2 is another than it was when it was recorded. */
export interface World {
  asking?: Asking;
  from?: From | null;
  service?: Partial<Service['spec']>;
  status?: Service['status'];
  endpoints?: EndpointSlice['endpoints'];
  cluster?: Partial<Snapshot['cluster']>;
}

export const SERVICE = { namespace: 'default', name: 'svc-test-1' };

/** The pods that the recorded rules lead to. */
export const ENDPOINTS = ['192.168.99.39', '192.168.99.40'].map((address) => ({
  addresses: [address],
  nodeName: 'k2',
  conditions: { ready: true },
}));

/** The Service of scenario S2 with the external IP, and what is found on nodes with these files. */
export function explainNodes(
  nodes: readonly { state: NodeState; files: NodeFiles }[],
  world: World = {},
): Explanation {
  const service: Service = {
    ...buildService({}, { externalIPs: [IP], ...world.service }),
    ...(world.status && { status: world.status }),
  };
  const slice: EndpointSlice = {
    ...buildEndpointSlice(service),
    endpoints: world.endpoints ?? ENDPOINTS,
    ports: [{ name: '', port: 8080, protocol: 'TCP' }],
  };
  const { cluster } = buildSnapshot({
    services: [service],
    endpointSlices: [slice],
    ...world.cluster,
  });
  const asking = world.asking ?? {
    kind: 'service',
    name: SERVICE,
    clusterIp: false,
    nodePort: false,
  };
  const findings = new Findings(cluster, {
    targets: targetsOf(cluster, asking),
    origins: originsOf(world.from ?? null, cluster),
  });
  for (const { state, files } of nodes) findings.add(state, files);
  const explanation = findings.explanation(asking);
  ExplanationDocument.parse(document('Explanation', explanation));
  return explanation;
}

/** A flow in a few words: whence, on which nodes, what comes of it and why. */
export function told({ origin, nodes, packet, verdict }: Flow): string {
  const { source, inInterface } = packet;
  const by = inInterface === null ? '' : ` by ${inInterface}`;
  return `${origin} ${nodes.join()} ${source}${by}: ${verdict.outcome} ${verdict.reason}`;
}
