import { nodeChangeCommand } from '../nodes/change.ts';
import { quote } from '../nodes/quote.ts';
import type { Action, Plan, ServiceChange, ServiceRef } from '../plan/action.ts';
import { changedService, servicePatch } from '../plan/service-patch.ts';
import type { Service } from '../snapshot/kubernetes.ts';
import type { Snapshot } from '../snapshot/model.ts';

type ServicesByUid = ReadonlyMap<string | undefined, Service>;

/** The literal command that a person types for the action, the Services being as given. */
export function actionCommand(services: ServicesByUid, action: Action): string {
  switch (action.type) {
    case 'change-service':
      return patchCommand(services.get(action.service.uid), action.service, action.change);
    case 'change-node':
      return onNode(action.node, nodeChangeCommand(action.change));
    case 'announce':
      return onNode(action.node, `arping -U -c 1 -I ${quote(action.interface)} ${action.ip}`);
    case 'verify':
      return onNode(action.target.node, `iptables-save -t nat | grep -wF ${action.target.ip}`);
  }
}

/** Each step's literal command, every one after the other was carried out. */
export function planCommands(snapshot: Snapshot, plan: Plan): { id: string; command: string }[] {
  const services = new Map(
    snapshot.cluster.services.map((service) => [service.metadata.uid, service]),
  );
  return plan.steps.map(({ id, action }) => {
    const command = actionCommand(services, action);
    if (action.type === 'change-service') {
      const before = services.get(action.service.uid);
      if (before) services.set(action.service.uid, changedService(before, action.change));
    }
    return { id, command };
  });
}

function onNode(node: string, command: string): string {
  return `on ${node}: ${command}`;
}

function patchCommand(
  service: Service | undefined,
  ref: ServiceRef,
  change: ServiceChange,
): string {
  const operations = service ? servicePatch(service, change) : [];
  const untested = operations.filter(({ op }) => op !== 'test');
  const patch = quote(JSON.stringify(untested));
  return `kubectl patch service -n ${ref.namespace} ${ref.name} --type=json -p ${patch}`;
}
