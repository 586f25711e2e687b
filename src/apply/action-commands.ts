import { parseIp } from '../net/ip.ts';
import { announceCommand } from '../nodes/arping.ts';
import { nodeChangeCommand } from '../nodes/change-command.ts';
import type { Action, ServiceChange } from '../plan/action.ts';
import { changedService, servicePatch } from '../plan/service-patch.ts';
import type { ServiceRef } from '../plan/service-ref.ts';
import { quote } from '../quote.ts';
import type { Service } from '../snapshot/kubernetes.ts';
import { calicoCommand } from './calico-command.ts';

/**
 * The literal command that a person types for each action, after those before it were carried out
 * on the Services as given; null where an action finds nothing to do.
 */
export function actionCommands(
  services: readonly Service[],
  actions: readonly Action[],
): (string | null)[] {
  const current = new Map(services.map((service) => [service.metadata.uid, service]));
  return actions.map((action) => {
    if (action.type !== 'change-service') return otherCommand(action);
    const service = current.get(action.service.uid);
    if (!service) return null;
    current.set(action.service.uid, changedService(service, action.change));
    return patchCommand(service, action.service, action.change);
  });
}

function otherCommand(action: Exclude<Action, { type: 'change-service' }>): string | null {
  switch (action.type) {
    case 'change-calico':
      return calicoCommand(action.change);
    case 'cut-connections':
      return onNode(action.node, `conntrack -L -d ${action.ip}`);
    // By hand nobody watches, and nothing is taken back.
    case 'arm-undo':
    case 'disarm-undo':
    case 'prove-access':
      return null;
    case 'change-node':
      return onNode(action.node, nodeChangeCommand(action.change));
    case 'announce':
      return onNode(action.node, announceCommand(action.arping, action));
    case 'verify':
      return onNode(action.target.node, rulesCommand(action.target.ip));
  }
}

/** Whichever mode kube-proxy is in. */
function rulesCommand(ip: string): string {
  const save = parseIp(ip)?.family === 6 ? 'ip6tables-save' : 'iptables-save';
  return `{ ${save} -t nat; nft list ruleset; } 2>/dev/null | grep -wF ${ip}`;
}

function onNode(node: string, command: string): string {
  return `on ${node}: ${command}`;
}

function patchCommand(service: Service, ref: ServiceRef, change: ServiceChange): string | null {
  const operations = servicePatch(service, change).filter(({ op }) => op !== 'test');
  if (operations.length === 0) return null;
  const patch = quote(JSON.stringify(operations));
  return `kubectl patch service -n ${ref.namespace} ${ref.name} --type=json -p ${patch}`;
}
