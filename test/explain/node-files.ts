import type { NodeFile, NodeFiles } from '../../src/snapshot/node-files.ts';
import { referenceJson, referenceText } from '../net/reference/files.ts';

const FOLDER = 'calico/agent-3.28';

/**
 * What a node of scenario S2 had, recorded, with its default route by the router on ens34; `changes`:
 * other files, or null for one that is missing.
 */
export function recordedFiles(
  state: 'guard' | 'no-endpoint',
  node: 'k0' | 'k2',
  changes: Partial<Record<NodeFile, string | null>> = {},
): NodeFiles {
  const name = `${state}-${node}`;
  const texts: Partial<Record<NodeFile, string | null>> = {
    'iptables-nft-save.txt': referenceText(FOLDER, `${name}.iptables-save`),
    'iptables-legacy-save.txt': '',
    'nft.json': '{"nftables": []}',
    'ipset-save.txt': referenceText(FOLDER, `${name}.ipset`),
    'ip-addr.json': referenceText(FOLDER, `${name}.ip-addr.json`),
    'ip-route.json': routesOf(state, node, { default: { gateway: '20.1.0.1', dev: 'ens34' } }),
    'ip-rule.json': '[{"priority":0,"table":"local"},{"priority":32766,"table":"main"}]',
    'ip-neigh.json': '[]',
    'kube-proxy.txt': 'iptables\n',
    'sysctl.txt': SYSCTLS,
    ...changes,
  };
  const files: NodeFiles = { bytes: {}, missing: {} };
  for (const [file, text] of Object.entries(texts) as [NodeFile, string | null][]) {
    if (text === null) files.missing[file] = 'there is no such program';
    else files.bytes[file] = Buffer.from(text);
  }
  return files;
}

/** The routes that were recorded, with another default route; null: with none. */
export function routesOf(
  state: 'guard' | 'no-endpoint',
  node: 'k0' | 'k2',
  { default: by }: { default: { gateway: string; dev: string } | null },
): string {
  const recorded: { dst: string }[] = referenceJson(FOLDER, `${state}-${node}.ip-route.json`);
  const routes = recorded.filter(({ dst }) => !dst.includes(':') && dst !== 'default');
  return JSON.stringify(by ? [{ dst: 'default', ...by }, ...routes] : routes);
}

/** By the management network. */
export const BY_ENS33 = { gateway: '10.1.0.10', dev: 'ens33' };

/** A node that forwards, without a reverse path filter. */
export const SYSCTLS = `net.ipv4.ip_forward = 1
net.ipv4.conf.all.forwarding = 1
${['all', 'ens33', 'ens34'].map((name) => `net.ipv4.conf.${name}.rp_filter = 0`).join('\n')}
`;
