import { readFile } from 'node:fs/promises';
import { release } from 'node:os';
import type { Api } from './api.ts';
import {
  bare,
  clusterIPsOf,
  type Deployment,
  isIPv6,
  type Node,
  type Scenario,
  withPort,
} from './scenario.ts';
import { waitFor } from './wait.ts';

const now = () => new Date().toISOString().replace(/\.\d+/, '');

const ready = (type: string) => ({
  type,
  status: 'True',
  reason: 'Lab',
  lastTransitionTime: now(),
});

/** The name of a Deployment's pod, also of the host that it is in the lab. */
export function podName(deployment: Deployment, index: number): string {
  return `${deployment.name}-${index + 1}`;
}

/** Every pod of the scenario with its place. */
export function podsOf(scenario: Scenario) {
  return scenario.deployments.flatMap((deployment) =>
    deployment.replicas.map((replica, index) => ({
      ...replica,
      name: podName(deployment, index),
      deployment,
    })),
  );
}

/** The endpoints that a Service of the scenario has, `ip:port`, in the families that it has. */
export function endpointsOf(scenario: Scenario, service: Scenario['services'][number]): string[] {
  const selector = Object.entries(service.spec.selector ?? {});
  const families = clusterIPsOf(service).map(isIPv6);
  return podsOf(scenario)
    .filter(({ deployment }) => selector.every(([key, value]) => deployment.labels[key] === value))
    .flatMap(({ ips, deployment }) =>
      ips
        .filter((ip) => families.includes(isIPv6(ip)))
        .map((ip) => withPort(ip, deployment.port.number)),
    );
}

/** Creates a Node as kubelet registers it, and its status. */
export async function createNode(
  api: Api,
  scenario: Scenario,
  node: Node,
  machineId: string,
): Promise<void> {
  const isControlPlane = node.name === scenario.controlPlane;
  const addresses = node.interfaces[0]?.addresses.map(bare) ?? [];
  const bootId = await readFile('/proc/sys/kernel/random/boot_id', 'utf8');
  await api.request('POST', '/api/v1/nodes', {
    metadata: {
      name: node.name,
      labels: {
        'kubernetes.io/hostname': node.name,
        'kubernetes.io/os': 'linux',
        ...(isControlPlane && { 'node-role.kubernetes.io/control-plane': '' }),
      },
    },
  });
  await api.request('PATCH', `/api/v1/nodes/${node.name}/status`, {
    status: {
      addresses: [
        ...addresses.map((address) => ({ type: 'InternalIP', address })),
        { type: 'Hostname', address: node.name },
      ],
      conditions: [{ ...ready('Ready'), lastHeartbeatTime: now() }],
      nodeInfo: {
        machineID: machineId,
        systemUUID: machineId,
        bootID: bootId.trim(),
        kernelVersion: release(),
        osImage: 'Debian GNU/Linux',
        operatingSystem: 'linux',
        architecture: process.arch === 'x64' ? 'amd64' : process.arch,
        containerRuntimeVersion: 'netns://lab',
        kubeletVersion: 'lab',
        kubeProxyVersion: '',
      },
    },
  });
}

/** Creates the Pods of all Deployments, running and ready; their processes are started elsewhere. */
export async function createPods(api: Api, scenario: Scenario): Promise<void> {
  await Promise.all(
    podsOf(scenario).map(async ({ name, node, ips, deployment }) => {
      const { port, labels } = deployment;
      await api.request('POST', '/api/v1/namespaces/default/pods', {
        metadata: { name, labels },
        spec: {
          nodeName: node,
          containers: [
            {
              name: 'web',
              image: 'lab/web',
              ports: [{ name: port.name, containerPort: port.number }],
            },
          ],
        },
      });
      await api.request('PATCH', `/api/v1/namespaces/default/pods/${name}/status`, {
        status: {
          phase: 'Running',
          podIP: ips[0],
          podIPs: ips.map((ip) => ({ ip })),
          startTime: now(),
          conditions: ['PodScheduled', 'Initialized', 'ContainersReady', 'Ready'].map(ready),
          containerStatuses: [
            {
              name: 'web',
              image: 'lab/web',
              imageID: '',
              ready: true,
              started: true,
              restartCount: 0,
              state: { running: { startedAt: now() } },
            },
          ],
        },
      });
    }),
  );
}

/** Creates the scenario's Services. */
export async function createServices(api: Api, scenario: Scenario): Promise<void> {
  await Promise.all(
    scenario.services.map(({ name, spec }) =>
      api.request('POST', '/api/v1/namespaces/default/services', { metadata: { name }, spec }),
    ),
  );
}

/** Waits until the EndpointSlices of every Service hold all its endpoints. */
export async function waitForEndpoints(api: Api, scenario: Scenario): Promise<void> {
  const path = '/apis/discovery.k8s.io/v1/namespaces/default/endpointslices';
  await Promise.all(
    scenario.services.map((service) =>
      waitFor(`the endpoints of ${service.name}`, async () => {
        const { items } = await api.request<{ items: { endpoints: { addresses: string[] }[] }[] }>(
          'GET',
          `${path}?labelSelector=kubernetes.io/service-name%3D${service.name}`,
        );
        const found = items.flatMap(({ endpoints }) => endpoints ?? []).length;
        const wanted = endpointsOf(scenario, service).length;
        if (found !== wanted) throw new Error(`${found} of ${wanted} are there`);
      }),
    ),
  );
}
