import { holders } from '../../../explain/evidence.ts';
import { serviceObject } from '../../../explain/phrases.ts';
import { addressAndPort } from '../../../net/address-and-port.ts';
import { type Service, serviceKey } from '../../../snapshot/kubernetes.ts';
import { whyNotProxied } from '../../../snapshot/queries.ts';
import type { ClusterCheck } from '../../check.ts';
import { placeLines } from '../../facts/place-lines.ts';
import { addressLine } from '../../facts/service-facts.ts';

/** kube-proxy looks for external IPs first, for node ports last. */
export const portOfANodePort: ClusterCheck = {
  code: 'EXT214',
  title: "an external IP takes a port that is another Service's node port",
  severity: 'warning',
  reads: ['services'],
  ofNodes: ['facts'],
  standsInPart: true,
  find: (evidence) => {
    const nodePorts = new Map<string, Service>(
      evidence.snapshot.cluster.services.flatMap((service) =>
        (service.spec.ports ?? []).flatMap(({ nodePort, protocol = 'TCP' }) =>
          nodePort ? [[`${nodePort}/${protocol.toLowerCase()}`, service] as const] : [],
        ),
      ),
    );
    return evidence.targets.flatMap(({ ip, port, protocol, service }) => {
      const other = nodePorts.get(`${port}/${protocol}`);
      if (!ip || !service || whyNotProxied(service) || !other || other === service) return [];
      if (holders(evidence, ip.text).length === 0) return [];
      const place = `${addressAndPort(ip.text, port)}/${protocol}`;
      return {
        object: `ip/${ip.text}`,
        touches: [service, other].map(serviceObject),
        message: `${place} is ${serviceKey(service)}'s, and ${port} the node port of ${serviceKey(other)}: on this address it is not reached`,
        evidence: [
          addressLine(service, ip.text),
          `service ${serviceKey(other)}: nodePort is ${port}`,
          ...placeLines(evidence, ip.text),
        ],
        fix: { advice: 'give one of them another port' },
      };
    });
  },
};
