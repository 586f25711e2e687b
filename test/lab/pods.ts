import { createHash } from 'node:crypto';
import type { podsOf } from './cluster.ts';
import { run } from './exec.ts';
import { writeFileOn } from './files.ts';
import { configure } from './network.ts';
import { startProgram } from './program.ts';
import { bare, clusterIPsOf, isIPv6, type Scenario, withPort } from './scenario.ts';
import { findHost, type LabState } from './state.ts';
import { waitFor } from './wait.ts';

type Pod = ReturnType<typeof podsOf>[number];

/** Connects a pod's namespaces to its node and runs its HTTP server. */
export async function startPod(lab: LabState, scenario: Scenario, pod: Pod): Promise<void> {
  const host = findHost(lab, pod.name);
  if (scenario.calico) await routePod(lab, pod);
  else await bridgePod(lab, scenario, pod);
  await writeFileOn(host, '/var/www/lab/index.html', `${pod.deployment.answer}\n`);
  const port = String(pod.deployment.port.number);
  await startProgram(lab, pod.name, 'httpd', [
    ...['busybox', 'httpd', '-f', '-v', '-p', port, '-h', '/var/www/lab'],
  ]);
}

/**
 * As Calico's CNI plugin does it. The agent finds the endpoint by the interface's name, which
 * libcalico makes of the pod's namespace and name; it drops the traffic of any other.
 */
async function routePod(lab: LabState, pod: Pod): Promise<void> {
  const [node, host] = [findHost(lab, pod.node), findHost(lab, pod.name)];
  const digest = createHash('sha1').update(`default.${pod.name}`).digest('hex');
  const cable = `cali${digest.slice(0, 11)}`;
  await configure(node, [
    `link add ${cable} type veth peer name eth0 netns ${host.init.pid}`,
    `link set ${cable} address ee:ee:ee:ee:ee:ee up`,
    ...pod.ips.map((ip) => `route add ${ip} dev ${cable}`),
  ]);
  await run(node, ['sysctl', '-qw', `net.ipv4.conf.${cable}.proxy_arp=1`]);
  await configure(host, [
    'link set lo up',
    'link set eth0 up',
    ...pod.ips.map((ip) => `addr add ${isIPv6(ip) ? `${ip}/128 nodad` : `${ip}/32`} dev eth0`),
    'route add 169.254.1.1 dev eth0 scope link',
    'route add default via 169.254.1.1 dev eth0',
    // The link-local address of the other end, of its MAC.
    ...(pod.ips.some(isIPv6) ? ['route add default via fe80::ecee:eeff:feee:eeee dev eth0'] : []),
  ]);
}

async function bridgePod(lab: LabState, scenario: Scenario, pod: Pod): Promise<void> {
  const [node, host] = [findHost(lab, pod.node), findHost(lab, pod.name)];
  const bridge = scenario.nodes.find(({ name }) => name === pod.node)?.podBridge;
  if (!bridge) throw new Error(`node ${pod.node} has no bridge for pod ${pod.name}`);
  const cable = `veth${createHash('sha1').update(pod.name).digest('hex').slice(0, 7)}`;
  await configure(node, [
    `link add ${cable} type veth peer name eth0 netns ${host.init.pid}`,
    `link set ${cable} master ${bridge.name} up`,
    // A pod that reaches itself through its own Service leaves and enters by the same port.
    `link set ${cable} type bridge_slave hairpin on`,
  ]);
  const prefix = bridge.address.replace(/.*\//, '/');
  await configure(host, [
    'link set lo up',
    'link set eth0 up',
    `addr add ${pod.ips[0]}${prefix} dev eth0`,
    `route add default via ${bare(bridge.address)}`,
  ]);
}

/** Makes the bridge that a node's pods are attached to. */
export async function createPodBridge(
  lab: LabState,
  node: Scenario['nodes'][number],
): Promise<void> {
  if (!node.podBridge) return;
  const { name, address } = node.podBridge;
  await configure(findHost(lab, node.name), [
    `link add ${name} type bridge`,
    `link set ${name} up`,
    `addr add ${address} broadcast + dev ${name}`,
  ]);
}

/** Waits until a pod behind every clusterIP answers every node. */
export async function waitForPods(lab: LabState, scenario: Scenario): Promise<void> {
  if (!scenario.kubeProxy) return;
  const urls = scenario.services.flatMap((service) =>
    clusterIPsOf(service).map((ip) => `http://${withPort(ip, service.spec.ports?.[0]?.port)}/`),
  );
  await Promise.all(
    scenario.nodes.flatMap(({ name }) =>
      urls.map((url) =>
        waitFor(`an answer from ${url} on ${name}`, () =>
          run(findHost(lab, name), ['curl', '-sSf', '-m', '1', url]),
        ),
      ),
    ),
  );
}
