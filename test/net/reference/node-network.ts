import type { NodeNetwork } from '../../../src/net/netfilter/node-network.ts';
import { readAddresses, readRoutes, readRules } from '../../../src/net/routing/read-ip-json.ts';

/** A node of which `ip -j` was recorded, with no reverse path filter where the packet comes in. */
export function nodeFrom(
  recorded: { addresses: unknown; routes: unknown[]; rules?: unknown },
  { ip_forward, in: device }: { ip_forward: number; in: string | null },
  ipsets: NodeNetwork['ipsets'],
): NodeNetwork {
  const routes = recorded.routes.filter((route) => !JSON.stringify(route).includes('::'));
  return {
    interfaces: readAddresses(JSON.stringify(recorded.addresses)).items,
    routes: readRoutes(JSON.stringify(routes), 4).items,
    rules: readRules(JSON.stringify(recorded.rules ?? DEFAULT_RULES), 4).items,
    sysctls: new Map([
      ['net.ipv4.ip_forward', `${ip_forward}`],
      ['net.ipv4.conf.all.rp_filter', '0'],
      [`net.ipv4.conf.${device}.rp_filter`, '0'],
    ]),
    ipsets,
  };
}

const DEFAULT_RULES = ['local', 'main', 'default'].map((table, priority) => ({ priority, table }));
