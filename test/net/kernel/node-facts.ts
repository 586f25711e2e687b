import { readIpsetSave } from '../../../src/net/netfilter/ipset/read-save.ts';
import type { NodeNetwork } from '../../../src/net/netfilter/node-network.ts';
import { readAddresses, readRoutes, readRules } from '../../../src/net/routing/read-ip-json.ts';
import type { Case } from './case.ts';
import type { Ground } from './ground.ts';

/** What a walk may know of the node: everything. Cases change settings only (`withSettings`). */
export async function readNodeFacts({ run }: Ground): Promise<NodeNetwork> {
  const ip = (...argv: string[]) => run('node', ['ip', '-j', ...argv]);
  const settings = await run('node', ['sysctl', '-a', '-r', '^net\\.(ipv4|ipv6|bridge)\\.']);
  const routes = [
    readRoutes(await ip('-4', 'route', 'show', 'table', 'all'), 4),
    readRoutes(await ip('-6', 'route', 'show', 'table', 'all'), 6),
  ];
  const rules = [readRules(await ip('-4', 'rule'), 4), readRules(await ip('-6', 'rule'), 6)];
  return {
    interfaces: readAddresses(await ip('address')).items,
    routes: routes.flatMap(({ items = [] }) => items),
    rules: rules.flatMap(({ items = [] }) => items),
    sysctls: new Map(settings.split('\n').map((line) => line.split(' = ') as [string, string])),
    ipsets: readIpsetSave(await run('node', ['ipset', 'save'])).sets,
  };
}

/** The facts with the case's own settings. ip_forward is every interface's, too. */
export function withSettings(facts: NodeNetwork, { sysctls: settings }: Case): NodeNetwork {
  const sysctls = new Map(facts.sysctls);
  for (const [path, value] of Object.entries(settings)) {
    sysctls.set(path.replaceAll('/', '.'), value);
    if (path !== 'net/ipv4/ip_forward') continue;
    for (const name of sysctls.keys()) {
      if (/^net\.ipv4\.conf\..*\.forwarding$/.test(name)) sysctls.set(name, value);
    }
  }
  return { ...facts, sysctls };
}
