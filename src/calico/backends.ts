import { addressAndPort } from '../net/address-and-port.ts';
import { type Family, type Ip, parseIp } from '../net/ip.ts';
import { areEndpointsKnown, endpointsOf } from '../snapshot/endpoints.ts';
import type { Service } from '../snapshot/kubernetes.ts';
import type { Snapshot } from '../snapshot/model.ts';

/** Where kube-proxy leads a packet. */
export interface Backend {
  destination: Ip;
  port: number;
  /** null: not said. */
  node: string | null;
}

/**
 * The endpoints that kube-proxy leads to from a port of the Service; null among them: somewhere that is not
 * known, or nowhere yet.
 */
export function backendsOf(
  snapshot: Snapshot,
  service: Service,
  { port, protocol, family }: { port: number; protocol: string; family: Family },
): (Backend | null)[] {
  const wanted = (service.spec.ports ?? []).find(
    (one) => one.port === port && (one.protocol ?? 'TCP') === protocol,
  );
  const found = endpointsOf(snapshot, service).flatMap(({ addresses, nodeName, slice }) => {
    const ports = (slice.ports ?? []).filter(
      (one) => (one.name ?? '') === (wanted?.name ?? '') && (one.protocol ?? 'TCP') === protocol,
    );
    return addresses.flatMap((text) => {
      const destination = parseIp(text);
      if (destination?.family !== family) return [];
      return ports.flatMap((one) =>
        one.port === undefined ? [] : { destination, port: one.port, node: nodeName ?? null },
      );
    });
  });
  const backends = [...new Map(found.map((one) => [keyOf(one), one])).values()];
  const areAll = backends.length > 0 && areEndpointsKnown(snapshot);
  return areAll ? backends : [...backends, null];
}

function keyOf({ destination, port }: Backend): string {
  return addressAndPort(destination.text, port);
}
