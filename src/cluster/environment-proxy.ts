import { BlockList, isIP } from 'node:net';

type Environment = Record<string, string | undefined>;

/**
 * The proxy that the environment names for a server, as kubectl picks it (Go's net/http: HTTPS_PROXY
 * or HTTP_PROXY by the server's scheme, NO_PROXY's names, suffixes, addresses and CIDRs; never for
 * localhost and loopback addresses). Undefined: go there directly.
 */
export function environmentProxy(server: URL, environment: Environment): string | undefined {
  const name = server.protocol === 'https:' ? 'HTTPS_PROXY' : 'HTTP_PROXY';
  const proxy = environment[name] || environment[name.toLowerCase()];
  if (!proxy) return undefined;
  const host = server.hostname.replace(/^\[|\]$/g, '').replace(/\.$/, '');
  if (host === 'localhost' || inSubnet(host, '127.0.0.0/8') || host === '::1') return undefined;
  const exceptions = (environment.NO_PROXY || environment.no_proxy || '').split(',');
  const port = server.port || (server.protocol === 'https:' ? '443' : '80');
  if (exceptions.some((exception) => matches(exception.trim().toLowerCase(), host, port))) {
    return undefined;
  }
  return proxy.includes('://') ? proxy : `http://${proxy}`;
}

/** One entry of NO_PROXY: `*`, a CIDR, an address, `host`, `.suffix`, each but CIDRs with a port. */
function matches(exception: string, host: string, port: string): boolean {
  if (exception === '*') return true;
  if (exception.includes('/')) return inSubnet(host, exception);
  if (isIP(exception)) return exception === host;
  const [, name = '', onlyPort] = /^(.*?)(?::(\d+))?$/.exec(exception) ?? [];
  if (name === '' || (onlyPort !== undefined && onlyPort !== port)) return false;
  const bare = name.replace(/^\[|\]$/g, '').replace(/^\*(?=\.)/, '');
  return bare.startsWith('.') ? host.endsWith(bare) : host === bare || host.endsWith(`.${bare}`);
}

function inSubnet(host: string, cidr: string): boolean {
  const [network = '', prefix = ''] = cidr.split('/');
  const family = isIP(network);
  const bits = Number(prefix);
  if (!family || isIP(host) !== family || !/^\d+$/.test(prefix)) return false;
  if (bits > (family === 4 ? 32 : 128)) return false;
  const list = new BlockList();
  list.addSubnet(network, bits, family === 4 ? 'ipv4' : 'ipv6');
  return list.check(host, family === 4 ? 'ipv4' : 'ipv6');
}
