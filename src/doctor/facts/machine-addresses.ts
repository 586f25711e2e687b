import type { Evidence } from '../../explain/evidence.ts';
import { serviceObject } from '../../explain/phrases.ts';
import { parseIp } from '../../net/ip.ts';
import { oncePer } from '../../once-per.ts';
import { type Service, serviceKeyOfSlice } from '../../snapshot/kubernetes.ts';
import type { ClusterState, Snapshot } from '../../snapshot/model.ts';
import { externalIPs, recordsOf } from '../../snapshot/queries.ts';
import type { Found } from '../finding.ts';
import { addressLine, servicesOn } from './service-facts.ts';

/**
 * An external IP that a node or the API server lives by. `api-port`: the Service has the API server's port of
 * it, too; `ipvs`: it is a node's, and there are nodes where IPVS serves Services; `plain`: neither.
 */
interface MachineAddress extends Pick<Found, 'object' | 'touches' | 'evidence'> {
  kind: 'plain' | 'ipvs' | 'api-port';
  ip: string;
  /** Whose it is, e.g. `the InternalIP of node k0`. */
  whose: string;
}

/** Each external IP of that kind. What a load balancer gave to a Service may be meant so. */
const machineAddresses = oncePer((evidence: Evidence): MachineAddress[] => {
  const { cluster } = evidence.snapshot;
  const owners = ownersByIp(cluster);
  const ipvs = evidence.nodes.find(({ servedBy }) => servedBy === 'ipvs')?.node;
  const ips = [...new Set(evidence.services.flatMap(externalIPs))];
  return ips.flatMap((ip) => {
    const own =
      owners.get(ip)?.filter(({ node }) => !isPutThere(evidence.snapshot, ip, node)) ?? [];
    if (own.length === 0) return [];
    const services = servicesOn(evidence.snapshot, ip).filter((it) => externalIPs(it).includes(ip));
    const isApi = own.some(({ node }) => node === null);
    const takesApi = isApi && services.some((service) => hasPort(service, apiPorts(cluster)));
    const node = own.find((it) => it.node !== null)?.node;
    const kind = takesApi ? 'api-port' : node && ipvs ? 'ipvs' : 'plain';
    return {
      kind,
      ip,
      whose: own.map(({ text }) => text).join(' and '),
      object: `ip/${ip}`,
      touches: [...services.map(serviceObject), ...(node ? [`node/${node}`] : [])],
      evidence: [
        ...services.map((service) => addressLine(service, ip)),
        ...own.map(({ line }) => line),
        ...(kind === 'ipvs' ? [`${ipvs}: IPVS serves Services there`] : []),
      ],
    };
  });
});

/** Those of one kind as findings. */
export function machineAddressesFound(
  evidence: Evidence,
  kind: MachineAddress['kind'],
  consequence: string,
): Found[] {
  return machineAddresses(evidence)
    .filter((address) => address.kind === kind)
    .map(({ ip, whose, object, touches, evidence: lines }) => ({
      object,
      touches,
      message: `${ip} is ${whose}: ${consequence}`,
      evidence: lines,
      fix: { advice: `release ${ip} from the Service, and assign an address of its own` },
    }));
}

/** Whose an address is; `node` null: the API server's. */
interface Owner {
  node: string | null;
  text: string;
  line: string;
}

function ownersByIp({ nodes, apiServerAddresses }: ClusterState): Map<string, Owner[]> {
  const ofNodes = nodes.flatMap(({ metadata: { name }, status }) =>
    (status?.addresses ?? []).map(({ type, address }) => ({
      node: name,
      ip: parseIp(address)?.text,
      text: `the ${type} of node ${name}`,
      line: `node ${name}: status.addresses has ${type} ${address}`,
    })),
  );
  const ofServer = apiServerAddresses.map((address) => ({
    node: null,
    ip: parseIp(address)?.text,
    text: "the API server's",
    line: `endpointslices of default/kubernetes, or the kubeconfig: the API server is ${address}`,
  }));
  const known = [...ofNodes, ...ofServer].flatMap(({ ip, ...it }) => (ip ? [{ ip, ...it }] : []));
  return Map.groupBy(known, ({ ip }) => ip);
}

/** Whether extip added the address there: then it is the node's by mistake, which is another finding. */
function isPutThere(snapshot: Snapshot, ip: string, node: string | null): boolean {
  return recordsOf(snapshot, ip).some((kept) => kept.node === node && !kept.record.preexisting);
}

/** By what the Service default/kubernetes leads to. */
function apiPorts({ endpointSlices }: ClusterState): ReadonlySet<number> {
  const slices = endpointSlices.filter(
    (slice) => serviceKeyOfSlice(slice) === 'default/kubernetes',
  );
  return new Set(slices.flatMap(({ ports }) => (ports ?? []).flatMap(({ port }) => port ?? [])));
}

function hasPort({ spec }: Service, ports: ReadonlySet<number>): boolean {
  return (spec.ports ?? []).some(
    ({ port, protocol = 'TCP' }) => protocol === 'TCP' && ports.has(port),
  );
}
