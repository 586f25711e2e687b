import type { TargetEndpoint } from '../../../explain/evidence.ts';
import type { ExaminedNode } from '../../../explain/findings.ts';
import { KUBE_PROXY_PODS } from '../../../explain/observations/rules.ts';
import { nameList, serviceObject } from '../../../explain/phrases.ts';
import { endpointsInNft } from '../../../explain/service-in-kernel.ts';
import { kubeProxyChain } from '../../../net/kube-proxy/iptables-chain.ts';
import { ruleTexts } from '../../../net/netfilter/rule-texts.ts';
import type { Chain } from '../../../net/netfilter/rules.ts';
import { serviceKey } from '../../../snapshot/kubernetes.ts';
import type { ClusterState } from '../../../snapshot/model.ts';
import type { NodeCheck } from '../../check.ts';
import { firstLines } from '../../facts/first-lines.ts';
import { type KernelEntries, kernelEntries } from '../../facts/kernel-entries.ts';
import { type ServedPort, servedTargets } from '../../facts/served-targets.ts';

/** What a node's rules for a port of a Service do not have in common with the API. */
interface Difference {
  port: ServedPort;
  /** `IP:PORT` of those that they lead to, and that are gone. */
  gone: readonly string[];
  lacking: readonly string[];
}

/** What is sent to an endpoint that is gone is lost, or comes to another pod that has its address. */
export const stale: NodeCheck = {
  code: 'EXT402',
  title: 'the rules of a node do not lead to the endpoints of a Service',
  severity: 'error',
  reads: ['services', 'endpointslices'],
  ofNode: ['rules'],
  findOn(node, { cluster }) {
    const { name } = node.state;
    const found = differences(node, cluster);
    if (found.length === 0) return [];
    const services = [...new Set(found.flatMap(({ port }) => port.target.service ?? []))];
    return [
      {
        object: `node/${name}`,
        touches: services.map(serviceObject),
        message: `the rules of ${name} for ${nameList(services.map(serviceKey))} are not those of the API: kube-proxy is behind there, or does not run`,
        evidence: firstLines(found.map((one) => `${name}: ${differenceText(one)}`)),
        fix: { command: KUBE_PROXY_PODS },
      },
    ];
  },
};

function differenceText({ port: { target }, gone, lacking }: Difference): string {
  const parts = [
    ...(gone.length > 0 ? [`lead to ${nameList(gone)}, which the API no longer has`] : []),
    ...(lacking.length > 0 ? [`do not lead to ${nameList(lacking)}`] : []),
  ];
  const key = target.service ? serviceKey(target.service) : '';
  return `its rules for ${key} port ${target.port} ${parts.join(', and ')}`;
}

function differences(node: ExaminedNode, cluster: ClusterState): Difference[] {
  const { ports } = servedTargets(cluster);
  return kernelEntries(node).flatMap((kernel) =>
    ports
      .filter((port) => port.family === kernel.family)
      .flatMap((port) => {
        const known = [...port.endpoints.values()];
        const led = kernel.native
          ? endpointsInNft(port.target, kernel.native)
          : ledInChains(port, kernel);
        // What has no chain has no endpoint that it could be behind with, or is not served at all.
        if (led === null || led.length === 0) return [];
        const gone = led.filter((text) => !known.some((it) => it.text === text));
        const lacking = port.isWhole ? lackingOf(known, led) : [];
        return gone.length + lacking.length > 0 ? [{ port, gone, lacking }] : [];
      }),
  );
}

function lackingOf(known: readonly TargetEndpoint[], led: readonly string[]): string[] {
  const ready = known.filter((it) => it.ready).map(({ text }) => text);
  return [...new Set(ready)].filter((text) => !led.includes(text));
}

/**
 * `IP:PORT` of those that the rules lead to. Only chains are looked up that some rule names: to look for one
 * that is not there takes as long as the dump is. An endpoint's chain says by its name which it is; one that
 * is none of the API's has to be read.
 */
function ledInChains(
  { keys, endpoints }: ServedPort,
  { entries, tables }: KernelEntries,
): string[] {
  const seen = new Set(keys.flatMap((key) => entries.get(key)?.chain ?? []));
  const found = new Set<string>();
  for (const name of seen) {
    const known = endpoints.get(name.slice('KUBE-SEP-'.length));
    if (known && name.startsWith('KUBE-SEP-')) {
      found.add(known.text);
      continue;
    }
    for (const chain of tables.flatMap((table) => table.chain(name) ?? [])) {
      const endpoint = name.startsWith('KUBE-SEP-') ? kubeProxyChain(chain)?.endpoint : null;
      if (endpoint) found.add(endpoint);
      // A set visits what is added to it on the way.
      for (const jump of jumpsOf(chain)) seen.add(jump);
    }
  }
  return [...found];
}

function jumpsOf(chain: Chain): string[] {
  return ruleTexts(chain).flatMap((text) => {
    const [, jump] = / -j (KUBE-(?:SVC|SVL|XLB|EXT|SEP)-\S+)/.exec(text) ?? [];
    return jump ?? [];
  });
}
