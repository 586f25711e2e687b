import { IP_ANNOTATION } from '../../calico/change.ts';
import { isOurs } from '../../calico/guard-mark.ts';
import { policyNames } from '../../calico/guard-names.ts';
import type { CalicoObjects } from '../../calico/read-objects.ts';
import type { Ip } from '../../net/ip.ts';
import type { ComparedGuard } from './guards.ts';

/** What a guard opens, against what its Services are served on; each e.g. `80/TCP`. */
export interface GuardedPorts {
  open: readonly string[];
  /** Of a Service, and not open. */
  closed: readonly string[];
  /** Open, and of no Service. */
  extra: readonly string[];
}

/** The ports of a guard; where there is no policy of ours that opens any, nothing is said of them. */
export function guardedPorts(calico: CalicoObjects, guard: ComparedGuard): GuardedPorts {
  const open = openPorts(calico, guard.ip);
  if (!open) return { open: [], closed: [], extra: [] };
  const wanted = wantedPorts(guard);
  return {
    open,
    closed: wanted.filter((port) => !open.includes(port)),
    extra: open.filter((port) => !wanted.includes(port)),
  };
}

function wantedPorts({ planned }: ComparedGuard): string[] {
  const ports = planned.services.flatMap((service) => service.ports);
  return [...new Set(ports.map(({ port, protocol }) => `${port}/${protocol}`))];
}

/** Those that our policy allows; null: there is none of ours. */
function openPorts({ globalPolicies }: CalicoObjects, ip: Ip): string[] | null {
  const { allow } = policyNames(ip);
  const policy = globalPolicies.find(
    (one) =>
      one.metadata.name === allow &&
      isOurs(one) &&
      one.metadata.annotations?.[IP_ANNOTATION] === ip.text,
  );
  if (!policy) return null;
  const ports = (policy.spec.ingress ?? [])
    .filter(({ action }) => action === 'Allow')
    .flatMap(({ protocol, destination }) =>
      (destination?.ports ?? []).map((port) => `${port}/${protocol}`),
    );
  return [...new Set(ports)];
}
