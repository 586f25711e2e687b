import { addressAndPort } from '../address-and-port.ts';
import type { ServicePort } from './service-port.ts';

/** A chain of kube-proxy's table in nftables mode. */
export interface NftablesChain {
  /** `service`, `local`, `external`, `firewall`, `endpoint`; else the chain's own name. */
  kind: string;
  /** null: it is nobody's own, or its name was cut before it said whose. */
  service: ServicePort | null;
  /** Of `endpoint`: `IP:PORT`, IPv6 in brackets. */
  endpoint: string | null;
}

const OF_SERVICE =
  /^(service|local|external|firewall|endpoint)-[A-Z2-7]{8}-([^/]+)\/([^/]+)\/([^/]+)\/(.*?)(?:__(.+)\/(\d+))?$/;

/**
 * What a chain of the table `kube-proxy` is, by its name. Names over the limit end in `...`, and say
 * only what is left of them. Kubernetes 1.30 pkg/proxy/nftables/proxier.go,
 * servicePortChainNameBase and servicePortEndpointChainNamePrefix.
 */
export function nftablesChain(chain: string): NftablesChain {
  const [, kind, namespace, name, protocol, port = '', ip, endpointPort] =
    OF_SERVICE.exec(chain) ?? [];
  if (!kind || !namespace || !name || !protocol || chain.endsWith('...')) {
    const [, cutKind] =
      /^(service|local|external|firewall|endpoint)-[A-Z2-7]{8}-/.exec(chain) ?? [];
    return { kind: cutKind ?? chain, service: null, endpoint: null };
  }
  return {
    kind,
    service: { namespace, name, port, protocol },
    endpoint: ip ? endpointText(ip, endpointPort ?? '') : null,
  };
}

/** In the names of IPv6 endpoints colons are dots. */
function endpointText(ip: string, port: string): string {
  const isIpv4 = /^\d+\.\d+\.\d+\.\d+$/.test(ip);
  return addressAndPort(isIpv4 ? ip : ip.replaceAll('.', ':'), port);
}
