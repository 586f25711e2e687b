import type { CalicoChange } from '../../../calico/change.ts';
import { guardedIps, unguardChanges } from '../../../calico/guard-changes.ts';
import { parseIp } from '../../../net/ip.ts';
import { quote } from '../../../quote.ts';
import { readAssignments } from '../../../snapshot/records.ts';
import type { ClusterCheck } from '../../check.ts';
import { withoutCalico } from '../../facts/calico-places.ts';

/** No Service says any more that it has it; what it denies it still denies. */
export const guardLeftOver: ClusterCheck = {
  code: 'EXT510',
  title: 'a guard is left over that no record speaks of',
  severity: 'warning',
  reads: ['services', 'globalnetworkpolicies', 'hostendpoints'],
  ofNodes: [],
  skips: withoutCalico,
  find({ snapshot }, { calico }) {
    const states = snapshot.cluster.services.map(readAssignments);
    // What a damaged record says is not known.
    if (states.some(({ damaged }) => damaged !== undefined)) return [];
    const recorded = new Set(
      states.flatMap(({ assignments }) =>
        assignments.flatMap(({ ip, guard, phase }) => (guard || phase !== 'assigned' ? ip : [])),
      ),
    );
    return [...guardedIps(calico)].flatMap((text) => {
      const ip = parseIp(text);
      if (!ip || recorded.has(text)) return [];
      const changes = unguardChanges(calico, ip);
      return {
        object: `ip/${text}`,
        message: `the guard of ${text} is left over: no Service has it on record, and it still denies what it denied`,
        evidence: [
          `services: no record speaks of a guard of ${text}`,
          ...changes.map((change) => `${targetOf(change)} is for ${text}`),
        ],
        fix: fixFor(changes),
      };
    });
  },
};

function targetOf(change: CalicoChange): string {
  if (change.type === 'put') return `${change.object.kind} ${change.object.name}`;
  return change.type === 'mark' ? `HostEndpoint ${change.name}` : `${change.kind} ${change.name}`;
}

/** Endpoints first: one without policies could cut off more than one with them. */
function fixFor(changes: readonly CalicoChange[]) {
  const commands = changes.map((change) => {
    if (change.type === 'delete') {
      const resource = change.kind === 'HostEndpoint' ? 'hostendpoints' : 'globalnetworkpolicies';
      return `kubectl delete ${resource}.projectcalico.org ${quote(change.name)}`;
    }
    return null;
  });
  // An endpoint that also serves another address, or is somebody else's, is edited by hand.
  return commands.every((command) => command !== null)
    ? { command: commands.join(' && ') }
    : {
        advice: 'take the address out of its annotation extip.dev/guard, then delete the policies',
      };
}
