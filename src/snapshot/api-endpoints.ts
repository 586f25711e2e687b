import { serviceKeyOfSlice } from './kubernetes.ts';
import type { Snapshot } from './model.ts';

/** Where the API servers listen: what the Service default/kubernetes leads to, which no proxy is in front of. */
export function apiEndpoints({ cluster }: Snapshot): { ips: string[]; ports: number[] } {
  const slices = cluster.endpointSlices.filter(
    (slice) => serviceKeyOfSlice(slice) === 'default/kubernetes',
  );
  return {
    ips: slices.flatMap(({ endpoints }) => (endpoints ?? []).flatMap(({ addresses }) => addresses)),
    ports: slices.flatMap(({ ports }) => (ports ?? []).flatMap(({ port }) => port ?? [])),
  };
}
