import { join } from 'node:path';
import { type Api, openApi } from './api.ts';
import { startCalico } from './calico.ts';
import { createNode, createPods, createServices, podsOf, waitForEndpoints } from './cluster.ts';
import { describeCluster, startApiServer, startControllers } from './control-plane.ts';
import { writeFileOn } from './files.ts';
import { createHost, rolesOf } from './host.ts';
import { startKubeProxy, waitForKubeProxy } from './kube-proxy.ts';
import { adminConfig, type Cluster, kubeconfig, users } from './kubeconfig.ts';
import { createLabNamespaces } from './namespace.ts';
import { createNetworks } from './network.ts';
import { createPodBridge, startPod, waitForPods } from './pods.ts';
import type { Scenario } from './scenario.ts';
import { setUpSsh } from './ssh.ts';
import { findHost, type LabState, labDirectory } from './state.ts';
import { waitFor } from './wait.ts';

/** Makes everything of a lab, as much as possible at once; returns when all of it works. */
export async function buildLab(
  lab: LabState,
  scenario: Scenario,
  programs: Record<string, string>,
  report: (progress: string) => void,
): Promise<void> {
  const [init, { cluster, certificates }] = await Promise.all([
    createLabNamespaces(lab.name),
    describeCluster(lab.scenario, scenario, join(labDirectory(lab.name), 'pki')),
  ]);
  await createNetworks(init, scenario.networks);

  const names = Object.keys(rolesOf(scenario));
  const machineIds: Record<string, string> = {};
  const create = async (name: string) => {
    machineIds[name] = await createHost(lab, init, scenario, name, programs);
  };
  // The API server takes longest to be ready, so its node goes first.
  report(`making ${names.length} hosts`);
  await create(scenario.controlPlane);
  await Promise.all([
    startApiServer(lab, scenario, cluster, certificates),
    ...names.filter((name) => name !== scenario.controlPlane).map(create),
  ]);
  lab.hosts = Object.fromEntries(names.map((name) => [name, findHost(lab, name)]));
  await writeKubeconfigs(lab, scenario, cluster);
  await Promise.all([
    setUpSsh(lab, scenario),
    Promise.all(scenario.nodes.map((node) => createPodBridge(lab, node))).then(() =>
      Promise.all(podsOf(scenario).map((pod) => startPod(lab, scenario, pod))),
    ),
    startCluster(lab, scenario, cluster, machineIds, programs, report),
  ]);
  await waitForPods(lab, scenario);
}

async function writeKubeconfigs(lab: LabState, scenario: Scenario, cluster: Cluster) {
  const nodes = scenario.kubeProxy ? scenario.nodes.map(({ name }) => name) : [];
  await Promise.all([
    writeFileOn(
      findHost(lab, scenario.operator.name),
      '/root/.kube/config',
      kubeconfig(cluster, users),
      0o600,
    ),
    ...[...nodes, scenario.controlPlane].map((name) =>
      writeFileOn(findHost(lab, name), adminConfig, kubeconfig(cluster, users.slice(0, 1)), 0o600),
    ),
  ]);
}

async function startCluster(
  lab: LabState,
  scenario: Scenario,
  cluster: Cluster,
  machineIds: Record<string, string>,
  programs: Record<string, string>,
  report: (progress: string) => void,
): Promise<void> {
  report('waiting for the API server');
  const api = await connectWhenReady(lab, scenario, cluster);
  report('starting what runs on the nodes');
  try {
    await Promise.all([
      startControllers(lab, scenario),
      ...scenario.nodes.map((node) => createNode(api, scenario, node, machineIds[node.name] ?? '')),
      createServices(api, scenario),
      createPods(api, scenario),
      startServiceProxies(lab, scenario, api),
      scenario.calico && startCalico(lab, api, scenario, cluster, programs.crd ?? ''),
    ]);
  } finally {
    api.close();
  }
}

async function startServiceProxies(lab: LabState, scenario: Scenario, api: Api): Promise<void> {
  const nodes = scenario.kubeProxy ? scenario.nodes.map(({ name }) => name) : [];
  await Promise.all(nodes.map((node) => startKubeProxy(lab, scenario, node)));
  await waitForEndpoints(api, scenario);
  await Promise.all(nodes.map((node) => waitForKubeProxy(lab, scenario, node)));
}

async function connectWhenReady(lab: LabState, scenario: Scenario, cluster: Cluster): Promise<Api> {
  const host = findHost(lab, scenario.controlPlane);
  return waitFor('the API server', async () => {
    const api = openApi(host, { ...cluster, token: String(cluster.tokens.admin) });
    try {
      await api.request('GET', '/readyz');
      return api;
    } catch (error) {
      api.close();
      throw error;
    }
  });
}
