import type { Evidence } from '../../explain/evidence.ts';
import { serviceObject } from '../../explain/phrases.ts';
import { podEndpointsOf } from '../../snapshot/endpoints.ts';
import { serviceKey } from '../../snapshot/kubernetes.ts';

/** The ports that the Service names, and those that the slices of its endpoints have, as evidence. */
export function namedPortLines({ services, snapshot }: Evidence, object: string): string[] {
  const service = services.find((it) => serviceObject(it) === object);
  if (!service) return [];
  const key = serviceKey(service);
  const slices = new Set(podEndpointsOf(snapshot, service).map(({ slice }) => slice));
  return [
    ...(service.spec.ports ?? []).flatMap(({ port, targetPort }) =>
      typeof targetPort === 'string'
        ? `service ${key}: port ${port} has targetPort ${targetPort}`
        : [],
    ),
    ...[...slices].map(({ metadata, ports = [] }) => {
      const found = ports.map(({ port, protocol = 'TCP' }) => `${port}/${protocol}`);
      return `endpointslice ${metadata.namespace}/${metadata.name}: its ports: ${found.join(', ') || 'none'}`;
    }),
  ];
}
