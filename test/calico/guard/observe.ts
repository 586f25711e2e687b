import assert from 'node:assert/strict';
import { on } from '../../commands/observe.ts';
import type { Lab } from '../../lab/harness.ts';
import { waitFor } from '../../lab/wait.ts';

/**
 * All that a guard may touch of Calico's, byte for byte but for what every write changes; read by the operator,
 * or by k0, which serves the API.
 */
export async function calicoOf(lab: Lab, by: 'operator' | 'k0' = 'operator'): Promise<string> {
  const all = 'hostendpoints.projectcalico.org,globalnetworkpolicies.projectcalico.org';
  const whose = by === 'k0' ? '--kubeconfig /etc/kubernetes/admin.conf' : '';
  const text = await on(lab, by, `kubectl ${whose} get ${all} -o json`);
  const versionless = (key: string, value: unknown) =>
    key === 'resourceVersion' || key === 'managedFields' ? undefined : value;
  return JSON.stringify(JSON.parse(text, versionless), null, 1);
}

export const IP = '20.1.0.167';
export const CLIENT = '20.1.0.165';
export const ROUTED = '30.1.0.165';
export const STRANGER = '20.1.0.77';

/** Whether a client's new connection to the Service is made; `source` one of its addresses. */
export async function reaches(
  lab: Lab,
  host: string,
  source: string,
  port = 80,
  ip = IP,
): Promise<boolean> {
  const curl = ['curl', '-s', '-m', '1', '-o', '/dev/null', '--interface', source];
  const to = ip.includes(':') ? `[${ip}]` : ip;
  const { exitCode } = await lab.exec(host, [...curl, `http://${to}:${port}/`]);
  return exitCode === 0;
}

/** Who of the clients gets in, once that is as expected; the agent needs a moment. */
export async function getIn(lab: Lab, expected: Record<string, boolean>): Promise<void> {
  await waitFor('the agent', async () => {
    const seen = {
      client: await reaches(lab, 'client', CLIENT),
      routed: await reaches(lab, 'client2', ROUTED),
      stranger: await reaches(lab, 'client', STRANGER),
    };
    assert.deepEqual(seen, { client: false, routed: false, stranger: false, ...expected });
  });
}
