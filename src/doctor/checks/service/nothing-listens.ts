import { serviceObject } from '../../../explain/phrases.ts';
import { parseIp } from '../../../net/ip.ts';
import { readListeners, takes } from '../../../net/read-listeners.ts';
import { oncePer } from '../../../once-per.ts';
import { endpointsOf, isReady } from '../../../snapshot/endpoints.ts';
import { type Pod, type Service, serviceKey } from '../../../snapshot/kubernetes.ts';
import { outsideIPs } from '../../../snapshot/queries.ts';
import type { NodeCheck } from '../../check.ts';
import { type ClusterSnapshot, objectsOf } from '../../cluster-snapshot.ts';

/**
 * What is sent there is refused by the node. Only of pods in the network of their node: of the others no
 * snapshot has the sockets.
 */
export const nothingListens: NodeCheck = {
  code: 'EXT208',
  title: 'nothing listens on the target port of a Service with an external IP',
  severity: 'error',
  reads: ['services', 'endpointslices', 'pods'],
  ofNode: ['listeners.txt'],
  findOn: ({ state, files }, cluster) => {
    const own = onNodes(cluster).get(state.name) ?? [];
    if (own.length === 0) return [];
    const { listeners, problems } = readListeners(files.bytes['listeners.txt']?.toString() ?? '');
    // A line that cannot be read may be the one.
    if (problems.length > 0) return [];
    return own
      .filter((it) => {
        const packet = { protocol: it.protocol, ip: it.ip, port: it.port };
        return !listeners.some((one) => takes(one, { ...packet, interface: one.interface }));
      })
      .map(({ service, pod, ip, port, protocol }) => ({
        object: serviceObject(service),
        touches: [`node/${state.name}`],
        message: `nothing listens on ${ip.text}:${port}/${protocol}, where ${serviceKey(service)} leads to: ${state.name} refuses what is sent there`,
        evidence: [
          `endpointslices of ${serviceKey(service)}: ${ip.text} port ${port} is the pod ${pod}, and ready`,
          `pod ${pod}: hostNetwork is true`,
          `${state.name} listeners.txt: no line for ${protocol} port ${port}`,
        ],
        fix: {
          advice: `find out which port the program in ${pod} listens on, and give it to targetPort`,
        },
      }));
  },
};

/** The endpoints of Services with an external IP that share the network of their node, by node. */
const onNodes = oncePer((cluster: ClusterSnapshot) => {
  const pods = new Map(
    objectsOf<Pod>(cluster, 'pods')
      .filter(({ spec }) => spec?.hostNetwork)
      .map(({ metadata }) => [`${metadata.namespace}/${metadata.name}`, metadata]),
  );
  const exposed = cluster.cluster.services.filter((service) => outsideIPs(service).length > 0);
  const found = exposed.flatMap((service) => endpointsOnNode(cluster, service, pods));
  return Map.groupBy(found, ({ node }) => node);
});

function endpointsOnNode(
  { cluster }: ClusterSnapshot,
  service: Service,
  pods: ReadonlyMap<string, unknown>,
) {
  return endpointsOf({ cluster, nodes: {} }, service).flatMap((endpoint) => {
    const { targetRef, nodeName: node, addresses, slice } = endpoint;
    const pod = `${targetRef?.namespace}/${targetRef?.name}`;
    const ip = parseIp(addresses[0] ?? '');
    if (!pods.has(pod) || !node || !ip || !isReady(endpoint)) return [];
    return (slice.ports ?? []).flatMap(({ port, protocol = 'TCP' }) =>
      port !== undefined && (protocol === 'TCP' || protocol === 'UDP')
        ? [{ service, pod, node, ip, port, protocol: protocol.toLowerCase() }]
        : [],
    );
  });
}
