import { createHash } from 'node:crypto';

/** A port of a Service, by which kube-proxy names its chains. */
export interface ServicePort {
  namespace: string;
  name: string;
  /** Empty: the port has no name. */
  port: string;
  /** In lower case; null: not known. */
  protocol: string | null;
}

/** e.g. `default/web:http`, or `default/web` where the port has no name. */
export function servicePortText({ namespace, name, port }: ServicePort): string {
  return port === '' ? `${namespace}/${name}` : `${namespace}/${name}:${port}`;
}

const IN_COMMENT = /(?:^|\s)([a-z0-9-]+)\/([a-z0-9.-]+)(?::([a-z0-9-]*))?(?=\s|$)/;

/** The port of a Service that one of kube-proxy's comments names; null: it names none. */
export function readServicePort(comment: string, protocol: string | null): ServicePort | null {
  const [, namespace, name, port = ''] = IN_COMMENT.exec(comment) ?? [];
  return namespace && name ? { namespace, name, port, protocol } : null;
}

/**
 * The 16 characters behind `KUBE-SVC-`, `-SVL-`, `-EXT-`, `-FW-` and `-XLB-`, and with an endpoint
 * (`IP:PORT`, IPv6 in brackets) behind `KUBE-SEP-`. Two of them for a port without a name: old
 * releases (1.8) left the colon there. Kubernetes 1.28 pkg/proxy/iptables/proxier.go,
 * portProtoHash and servicePortEndpointChainName.
 */
export function chainHashes(service: ServicePort, endpoint = ''): string[] {
  const { namespace, name, port, protocol } = service;
  const names = port === '' ? ['', ':'] : [`:${port}`];
  return names.map((it) => {
    const digest = sha256(`${namespace}/${name}${it}${protocol ?? ''}${endpoint}`);
    return base32(digest).slice(0, 16);
  });
}

/**
 * The 8 characters in the names of nftables mode: of what follows them, e.g. `ns1/svc1/tcp/p80`.
 * Kubernetes 1.30 pkg/proxy/nftables/proxier.go, hashAndTruncate.
 */
export function nftablesHash(rest: string): string {
  return base32(sha256(rest)).slice(0, 8);
}

function sha256(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}

const BASE32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

/** RFC 4648, without the padding. */
function base32(bytes: Uint8Array): string {
  const bits = Array.from(bytes, (byte) => byte.toString(2).padStart(8, '0')).join('');
  const digits = bits.match(/.{5}/g) ?? [];
  return digits.map((digit) => BASE32[Number.parseInt(digit, 2)]).join('');
}
