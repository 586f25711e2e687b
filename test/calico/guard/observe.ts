import { on } from '../../commands/observe.ts';
import type { Lab } from '../../lab/harness.ts';

/** All that a guard may touch of Calico's, byte for byte but for what every write changes. */
export async function calicoOf(lab: Lab): Promise<string> {
  const all = 'hostendpoints.projectcalico.org,globalnetworkpolicies.projectcalico.org';
  const text = await on(lab, 'operator', `kubectl get ${all} -o json`);
  const versionless = (key: string, value: unknown) =>
    key === 'resourceVersion' || key === 'managedFields' ? undefined : value;
  return JSON.stringify(JSON.parse(text, versionless), null, 1);
}
