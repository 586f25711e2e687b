import { holders } from '../../../explain/evidence.ts';
import { serviceObject } from '../../../explain/phrases.ts';
import { addressAndPort } from '../../../net/address-and-port.ts';
import { parseIp } from '../../../net/ip.ts';
import { oncePer } from '../../../once-per.ts';
import { endpointsOf } from '../../../snapshot/endpoints.ts';
import { type Pod, type Service, serviceKey } from '../../../snapshot/kubernetes.ts';
import type { Snapshot } from '../../../snapshot/model.ts';
import { whyNotProxied } from '../../../snapshot/queries.ts';
import type { ClusterCheck } from '../../check.ts';
import { type ClusterSnapshot, objectsOf } from '../../cluster-snapshot.ts';
import { placeLines } from '../../facts/place-lines.ts';
import { addressLine } from '../../facts/service-facts.ts';

/** Whose rules come first on the node decides which of them gets the packets. */
export const portOfAHostPort: ClusterCheck = {
  code: 'EXT215',
  title: "an external IP has a port that is a pod's host port on the same node",
  severity: 'warning',
  reads: ['services', 'pods'],
  ofNodes: ['facts'],
  standsInPart: true,
  find: (evidence, cluster) =>
    evidence.targets.flatMap(({ ip, port, protocol, service }) => {
      if (!ip || !service || whyNotProxied(service)) return [];
      return holders(evidence, ip.text).flatMap(({ node }) =>
        (hostPorts(cluster).get(`${node} ${port}/${protocol}`) ?? [])
          .filter(({ hostIP }) => hostIP === null || hostIP === ip.text)
          .filter(({ pod }) => !isBehind(evidence.snapshot, service, pod))
          .map(({ pod }) => ({
            object: `ip/${ip.text}`,
            touches: [serviceObject(service), `node/${node}`],
            message: `${addressAndPort(ip.text, port)}/${protocol} is ${serviceKey(service)}'s, and ${port} a host port of the pod ${pod} on ${node}, which has the address: one of them gets what is sent there`,
            evidence: [
              addressLine(service, ip.text),
              `pod ${pod}: hostPort is ${port}`,
              ...placeLines(evidence, ip.text),
            ],
            fix: { advice: `put ${ip.text} on another node, or give one of them another port` },
          })),
      );
    }),
};

/** Of pods with a network of their own; the others' are what listens on the node. */
const hostPorts = oncePer((cluster: ClusterSnapshot) => {
  const all = objectsOf<Pod>(cluster, 'pods').flatMap(({ metadata, spec }) =>
    (spec?.hostNetwork ? [] : (spec?.containers ?? []))
      .flatMap(({ ports = [] }) => ports)
      .flatMap(({ hostPort, hostIP = '', protocol = 'TCP' }) => {
        const ip = parseIp(hostIP);
        const pod = `${metadata.namespace}/${metadata.name}`;
        const place = `${spec?.nodeName} ${hostPort}/${protocol.toLowerCase()}`;
        return hostPort ? [{ place, pod, hostIP: ip?.value ? ip.text : null }] : [];
      }),
  );
  return Map.groupBy(all, ({ place }) => place);
});

function isBehind(snapshot: Snapshot, service: Service, pod: string): boolean {
  return endpointsOf(snapshot, service).some(
    ({ targetRef }) => `${targetRef?.namespace}/${targetRef?.name}` === pod,
  );
}
