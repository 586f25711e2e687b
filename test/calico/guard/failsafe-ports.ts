import assert from 'node:assert/strict';
import { on } from '../../commands/observe.ts';
import type { Lab } from '../../lab/harness.ts';
import { waitFor } from '../../lab/wait.ts';

const NONE = { failsafeInboundHostPorts: [], failsafeOutboundHostPorts: [] };

/** Leaves no port of k0 and k2 open whatever policies say; their agents start anew for that. */
export async function closeFailsafePorts(lab: Lab): Promise<void> {
  const nodes = ['k0', 'k2'];
  const agentOn = (node: string) => on(lab, node, 'pidof calico-felix');
  const before = await Promise.all(nodes.map(agentOn));
  const patch = JSON.stringify({ spec: NONE });
  await on(
    lab,
    'operator',
    `kubectl patch felixconfigurations.projectcalico.org default --type=merge -p '${patch}'`,
  );
  for (const [index, node] of nodes.entries()) {
    await waitFor(`Calico's agent on ${node} to start anew`, async () => {
      assert.notEqual(await agentOn(node), before[index]);
      await on(lab, node, 'curl -sSf http://127.0.0.1:9099/readiness');
    });
  }
}
