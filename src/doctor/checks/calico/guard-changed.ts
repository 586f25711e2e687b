import { type CalicoChange, GUARDED_LABEL, type OwnObject } from '../../../calico/change.ts';
import { policyNames } from '../../../calico/guard-names.ts';
import type { CalicoObjects } from '../../../calico/read-objects.ts';
import { storedNames, storedObject } from '../../../calico/stored-object.ts';
import type { ClusterCheck } from '../../check.ts';
import { guardedPorts } from '../../facts/guarded-ports.ts';
import { comparedGuards, guardObjects, setCommand, withoutGuards } from '../../facts/guards.ts';

/** Somebody else changed or deleted one of the objects that a guard is made of. */
export const guardChanged: ClusterCheck = {
  code: 'EXT509',
  title: 'an object of a guard is missing, or not as extip made it',
  severity: 'error',
  reads: ['services', 'globalnetworkpolicies', 'hostendpoints', 'felixconfigurations'],
  ofNodes: ['facts'],
  standsInPart: true,
  skips: withoutGuards,
  find: ({ snapshot }, cluster) =>
    comparedGuards(snapshot, cluster).flatMap((guard) => {
      const { closed, extra } = guardedPorts(cluster.calico, guard);
      const { allow } = policyNames(guard.ip);
      const names = storedNames({ kind: 'GlobalNetworkPolicy', name: allow });
      const isPorts = (name: string) => names.includes(name) && closed.length + extra.length > 0;
      const lines = guard.planned.changes
        .map(targetOf)
        .filter(({ name }) => !isPorts(name))
        .flatMap((target) => lineOf(cluster.calico, target) ?? []);
      if (lines.length === 0) return [];
      return {
        ...guardObjects(guard),
        message: `the guard of ${guard.ip.text} is not as its Services and records say`,
        evidence: lines,
        fix: { command: setCommand(guard.ip) },
      };
    }),
};

type Target = Pick<OwnObject, 'kind' | 'name'>;

function targetOf(change: CalicoChange): Target {
  if (change.type === 'mark') return { kind: 'HostEndpoint', name: change.name };
  return change.type === 'put' ? change.object : change;
}

/** null: the guard does not hold there at all, which is found of the interface. */
function lineOf(calico: CalicoObjects, { kind, name }: Target): string | null {
  const stored = storedObject(calico, { kind, name });
  const isLabelled = stored?.metadata.labels?.[GUARDED_LABEL] === 'true';
  if (kind === 'HostEndpoint' && !isLabelled) return null;
  return `${kind} ${name}: ${stored ? 'it is not as extip writes it' : 'it is not there'}`;
}
