import { featureGateCommand } from '../../../explain/help-commands.ts';
import { KUBE_PROXY_PODS } from '../../../explain/observations/rules.ts';
import { nameList, serviceObject } from '../../../explain/phrases.ts';
import type { Target } from '../../../explain/targets.ts';
import { addressAndPort } from '../../../net/address-and-port.ts';
import { serviceKey } from '../../../snapshot/kubernetes.ts';
import { externalIPs } from '../../../snapshot/queries.ts';
import type { NodeCheck } from '../../check.ts';
import { firstLines } from '../../facts/first-lines.ts';
import { kernelEntries } from '../../facts/kernel-entries.ts';
import { servedTargets } from '../../facts/served-targets.ts';

/** The API against each node's kernel: what is not there is not served. */
export const missing: NodeCheck = {
  code: 'EXT401',
  title: 'a node has no rules for a Service',
  severity: 'error',
  reads: ['services'],
  ofNode: ['rules'],
  findOn(node, { cluster }) {
    const { name } = node.state;
    const { expected } = servedTargets(cluster);
    const kernel = kernelEntries(node);
    const lacking = kernel.flatMap(({ family, entries }) =>
      [...expected].flatMap(([key, target]) =>
        target.family === family && !entries.has(key) ? [target] : [],
      ),
    );
    if (lacking.length === 0) return [];
    const services = [...new Set(lacking.flatMap(({ service }) => service ?? []))];
    const lost = new Set(lacking);
    // Of a gate that is off all external IPs are missing, and nothing else.
    const mayBeGate = [...expected.values()].every(
      (target) => isExternal(target) === lost.has(target),
    );
    return [
      {
        object: `node/${name}`,
        touches: services.map(serviceObject),
        message: `${name} has no rules of kube-proxy for ${nameList(lacking.map(textOf))}, which the API has: ${
          mayBeGate
            ? 'kube-proxy there no longer serves external IPs (its feature gate AllowServiceExternalIPs), or is behind'
            : 'kube-proxy is behind there, or does not run'
        }`,
        evidence: firstLines(
          lacking.map(
            (target) =>
              `${target.service ? serviceKey(target.service) : ''} has ${textOf(target)}, and no rule of kube-proxy's on ${name} is for it`,
          ),
        ),
        fix: { command: mayBeGate ? featureGateCommand(name) : KUBE_PROXY_PODS },
      },
    ];
  },
};

function isExternal({ kind, ip, service }: Target): boolean {
  return kind === 'outside' && ip !== null && !!service && externalIPs(service).includes(ip.text);
}

function textOf({ ip, port, protocol }: Target): string {
  return `${addressAndPort(ip?.text ?? '', port)} ${protocol}`;
}
