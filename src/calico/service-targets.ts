import { addressAndPort } from '../net/address-and-port.ts';
import { type Family, type Ip, parseIp } from '../net/ip.ts';
import { type Service, serviceKey } from '../snapshot/kubernetes.ts';
import type { Snapshot } from '../snapshot/model.ts';
import { holdersOf, outsideIPs, whyNotProxied } from '../snapshot/queries.ts';
import { type Backend, backendsOf } from './backends.ts';
import { protocolNumber } from './packet.ts';

/** A port that kube-proxy leads from to a Service. */
export interface ServiceTarget {
  /** In words, e.g. `default/web on 20.1.0.168:80`. */
  name: string;
  family: Family;
  /** null: any address of a node's own. */
  ip: Ip | null;
  port: number;
  protocol: number;
  ends: readonly ServiceEnd[];
}

/** Where it may lead to. */
export interface ServiceEnd {
  backend: Backend | null;
  /** The nodes of which that is an address of their own. */
  holders: readonly string[];
}

/** What the Services of the cluster are served on from outside, but for this address: their node ports, too. */
export function serviceTargets(snapshot: Snapshot, except: Ip): ServiceTarget[] {
  return snapshot.cluster.services
    .filter((service) => whyNotProxied(service) === null)
    .flatMap((service) => {
      const ips = [...new Set(outsideIPs(service))].filter((text) => text !== except.text);
      return (service.spec.ports ?? []).flatMap(({ port, nodePort, protocol: name = 'TCP' }) => {
        const protocol = protocolNumber(name) ?? 0;
        const suffix = name === 'TCP' ? '' : `/${name}`;
        const ends = endsByFamily(snapshot, service, { port, protocol: name });
        const outside = ips.flatMap((text): ServiceTarget[] => {
          const ip = parseIp(text);
          if (!ip) return [];
          const where = `${serviceKey(service)} on ${addressAndPort(text, port)}${suffix}`;
          const { family } = ip;
          return [{ name: where, family, ip, port, protocol, ends: ends(family) }];
        });
        if (!nodePort) return outside;
        const where = `${serviceKey(service)} on node port ${nodePort}${suffix}`;
        return [
          ...outside,
          ...familiesOf(service).map((family) => {
            const to = ends(family);
            return { name: where, family, ip: null, port: nodePort, protocol, ends: to };
          }),
        ];
      });
    });
}

function endsByFamily(
  snapshot: Snapshot,
  service: Service,
  port: { port: number; protocol: string },
): (family: Family) => readonly ServiceEnd[] {
  const known = new Map<Family, readonly ServiceEnd[]>();
  const find = (family: Family) =>
    backendsOf(snapshot, service, { ...port, family }).map((backend): ServiceEnd => {
      const holders = backend ? holdersOf(snapshot, backend.destination.text) : [];
      return { backend, holders: holders.map(({ node }) => node) };
    });
  return (family) => {
    const ends = known.get(family) ?? find(family);
    known.set(family, ends);
    return ends;
  };
}

function familiesOf({ spec }: Service): Family[] {
  const families = spec.ipFamilies ?? ['IPv4'];
  return families.map((family) => (family === 'IPv6' ? 6 : 4));
}
