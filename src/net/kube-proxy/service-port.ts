import { hash } from 'node:crypto';

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
    return base32(digest.subarray(0, 10));
  });
}

/**
 * The 8 characters in the names of nftables mode: of what follows them, e.g. `ns1/svc1/tcp/p80`.
 * Kubernetes 1.30 pkg/proxy/nftables/proxier.go, hashAndTruncate.
 */
export function nftablesHash(rest: string): string {
  return base32(sha256(rest).subarray(0, 5));
}

function sha256(text: string): Buffer {
  return hash('sha256', text, 'buffer');
}

const BASE32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

/** RFC 4648: eight characters for five bytes, and none but whole fives are given. */
function base32(bytes: Uint8Array): string {
  let text = '';
  let bits = 0;
  let value = 0;
  for (const byte of bytes) {
    value = (value << 8) | byte;
    bits += 8;
    for (; bits >= 5; bits -= 5) text += BASE32[(value >> (bits - 5)) & 31];
    value &= (1 << bits) - 1;
  }
  return text;
}
