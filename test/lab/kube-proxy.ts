import { endpointsOf } from './cluster.ts';
import { featureGates } from './control-plane.ts';
import { run } from './exec.ts';
import { adminConfig } from './kubeconfig.ts';
import { startProgram } from './program.ts';
import { clusterIPsOf, type Scenario } from './scenario.ts';
import { findHost, type LabState } from './state.ts';
import { waitFor } from './wait.ts';

/** Runs kube-proxy on a node in the scenario's mode. */
export async function startKubeProxy(
  lab: LabState,
  scenario: Scenario,
  node: string,
): Promise<void> {
  await startProgram(lab, node, 'kube-proxy', [
    '/mnt/bin/kube-proxy',
    `--kubeconfig=${adminConfig}`,
    `--hostname-override=${node}`,
    `--proxy-mode=${scenario.kubeProxy}`,
    `--cluster-cidr=${scenario.podCIDRs.join()}`,
    '--healthz-bind-address=127.0.0.1:10256',
    '--metrics-bind-address=127.0.0.1:10249',
    // nf_conntrack_max belongs to the machine.
    '--conntrack-max-per-core=0',
    ...featureGates(scenario),
  ]);
}

/** Waits until a node's kernel holds rules for every clusterIP, with endpoints behind them. */
export async function waitForKubeProxy(
  lab: LabState,
  scenario: Scenario,
  node: string,
): Promise<void> {
  const dump =
    scenario.kubeProxy === 'iptables'
      ? 'iptables-save -t nat; ip6tables-save -t nat'
      : 'nft list ruleset';
  const wanted = scenario.services.flatMap((service) => [
    ...clusterIPsOf(service),
    ...endpointsOf(scenario, service).map((endpoint) =>
      scenario.kubeProxy === 'iptables' ? endpoint : endpoint.replace(/^\[?(.*?)\]?:\d+$/, '$1'),
    ),
  ]);
  await waitFor(`kube-proxy's rules on ${node}`, async () => {
    const rules = await run(findHost(lab, node), ['sh', '-c', dump]);
    const missing = wanted.filter((text) => !rules.includes(text));
    if (missing.length) throw new Error(`no rule for ${missing.join(', ')}`);
  });
}
