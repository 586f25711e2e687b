import { setTimeout as sleep } from 'node:timers/promises';
import type { ApiObject } from '../../../src/snapshot/trim.ts';
import { on } from '../../commands/observe.ts';
import type { Lab } from '../../lab/harness.ts';
import { waitFor } from '../../lab/wait.ts';

/** A packet that is really sent. */
export interface Probe {
  from: 'client' | 'k0' | 'k2';
  protocol: 'tcp' | 'udp';
  source: string;
  destination: string;
  port: number;
}

/** Calico's objects, by the name of their resource. */
export type Objects = Partial<
  Record<'hostendpoints' | 'globalnetworkpolicies' | 'globalnetworksets', ApiObject[]>
>;

const KINDS = {
  hostendpoints: 'HostEndpoint',
  globalnetworkpolicies: 'GlobalNetworkPolicy',
  globalnetworksets: 'GlobalNetworkSet',
};

const IP = '20.1.0.167';

/** What the clients send from. */
export const SOURCES = ['20.1.0.165', '20.1.0.77', '20.1.0.201'];

/** The one endpoint of the Service, so that it is known where kube-proxy leads a packet. */
export interface Backend {
  address: string;
  port: number;
  /** Its node; packets come in through k0. */
  node: 'k0' | 'k2';
}
export const ON_K2: Backend = { address: '192.168.99.39', port: 8080, node: 'k2' };
/** In scenario s2-near. */
export const ON_K0: Backend = { address: '192.168.98.39', port: 8080, node: 'k0' };

export const NODE_PORT = 30080;

/** Nothing goes through it: an endpoint there shows what the agent has. */
export const MARK_INTERFACE = 'mark0';

const HOOKS = ['input', 'forward', 'output'] as const;

/** What gets past all of Calico's chains is noted by its source port: they end before priority 100. */
const SEEN = `table inet seen {${HOOKS.map(
  (hook) => `
  set ${hook} { type inet_service; size 65535; }
  chain at-${hook} {
    type filter hook ${hook} priority 100
    meta l4proto { tcp, udp } add @${hook} { th sport }
  }`,
).join('')}
}`;

/** Sends one packet each, all at once, and waits for no answer. */
const SEND = `import json, socket, sys, time
held = []
for protocol, source, sport, destination, port in json.load(sys.stdin):
    kind = socket.SOCK_STREAM if protocol == 'tcp' else socket.SOCK_DGRAM
    one = socket.socket(socket.AF_INET, kind)
    one.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    one.setblocking(False)
    one.bind((source, sport))
    try:
        one.connect_ex((destination, port))
        if protocol == 'udp': one.send(b'x')
    except OSError as error:
        # What an output policy denies is told to who sends it.
        if error.errno != 1: raise
    held.append(one)
time.sleep(0.3)`;

/** Makes k0 of a lab s2 a place where packets are noted, with a Service on an external IP there. */
export async function prepareGround(lab: Lab): Promise<void> {
  await Promise.all([
    on(
      lab,
      'k0',
      `set -e; ip addr add ${IP}/32 dev ens34
      ip link add ${MARK_INTERFACE} type veth peer name mark1
      ip link set ${MARK_INTERFACE} up && ip link set mark1 up
      printf '%s' '${SEEN}' | nft -f -`,
    ),
    on(
      lab,
      'client',
      SOURCES.slice(1)
        .map((ip) => `ip addr add ${ip}/32 dev eth0`)
        .join('; '),
    ),
    create(lab, [
      {
        apiVersion: 'v1',
        kind: 'Service',
        metadata: { name: 'one', namespace: 'default' },
        spec: {
          type: 'NodePort',
          externalIPs: [IP],
          ports: [{ port: 80, targetPort: ON_K2.port, nodePort: NODE_PORT }],
        },
      },
      {
        apiVersion: 'discovery.k8s.io/v1',
        kind: 'EndpointSlice',
        metadata: {
          name: 'one',
          namespace: 'default',
          labels: { 'kubernetes.io/service-name': 'one' },
        },
        addressType: 'IPv4',
        ports: [{ port: ON_K2.port }],
        endpoints: [{ addresses: [ON_K2.address], conditions: { ready: true } }],
      },
    ]),
  ]);
  await waitFor('kube-proxy to serve the Service', () =>
    on(lab, 'client', `curl -sf -m 1 http://${IP}/`),
  );
}

/** Has kube-proxy lead the Service's packets to this pod alone. */
export async function leadTo(lab: Lab, { address }: Backend): Promise<void> {
  const endpoints = [{ addresses: [address], conditions: { ready: true } }];
  const patch = JSON.stringify({ endpoints });
  await on(lab, 'operator', `kubectl patch endpointslice one --type=merge -p '${patch}'`);
  await waitFor('kube-proxy to lead there', async () => {
    const text = await on(lab, 'k0', 'iptables-save -t nat');
    if (!text.includes(`--to-destination ${address}:`)) throw new Error('it does not');
  });
}

/**
 * Puts these objects in the place of all that are there, and waits until k0's kernel has them. They are
 * written as Calico keeps them, because its own API server may be behind what they close.
 */
export async function replaceObjects(lab: Lab, objects: Objects): Promise<void> {
  const all = Object.keys(KINDS).map((resource) => `${resource}.crd.projectcalico.org`);
  await on(lab, 'operator', `kubectl delete ${all.join(',')} --all --wait=false`);
  await waitFor("Calico's agent to take its rules away", async () => {
    if (/^-A cali-f[hr]-\S/m.test(await rules(lab))) throw new Error('they are there');
  });
  const items = Object.entries(objects).flatMap(([resource, list]) =>
    list.map((item) => ({
      ...item,
      metadata: { ...(item.metadata as object), name: storedName(resource, item) },
      apiVersion: 'crd.projectcalico.org/v1',
      kind: KINDS[resource as keyof typeof KINDS],
    })),
  );
  // In the order of the list: what has the marker comes last.
  await create(lab, items);
}

/** Calico keeps a policy by its tier and name. */
function storedName(resource: string, { metadata }: ApiObject): string {
  const { name } = metadata as { name: string };
  return resource === 'globalnetworkpolicies' ? `default.${name}` : name;
}

/** Waits until the agent has written something that only these objects have. */
export function waitForRule(lab: Lab, text: string): Promise<void> {
  return waitFor(`Calico's agent to write ${text}`, async () => {
    if (!(await rules(lab)).includes(text)) throw new Error('it is not there');
    // The other tables are written a moment later.
    await sleep(300);
  });
}

function rules(lab: Lab): Promise<string> {
  return on(lab, 'k0', 'iptables-save 2>/dev/null');
}

async function create(lab: Lab, items: object[]): Promise<void> {
  const input = JSON.stringify({ apiVersion: 'v1', kind: 'List', items });
  const { exitCode, stderr } = await lab.exec('operator', ['kubectl', 'create', '-f', '-'], {
    input,
  });
  if (exitCode !== 0) throw new Error(stderr);
}

/** Whether kube-proxy leads it to the Service: a node port is one on every address of the node. */
export function isForService({ from, protocol, destination, port }: Probe): boolean {
  return (
    from !== 'k0' &&
    protocol === 'tcp' &&
    (port === NODE_PORT || (port === 80 && destination === IP))
  );
}

/** Where the packet is seen on k0, if it gets where it should. */
function hookOf(probe: Probe): (typeof HOOKS)[number] {
  if (probe.from === 'k0') return 'output';
  return isForService(probe) ? 'forward' : 'input';
}

let nextPort = 10_000;

/** Sends the packets and tells of each whether it got past Calico on k0. */
export async function sendAll(lab: Lab, probes: readonly Probe[]): Promise<boolean[]> {
  // A port of its own each: another connection's state would decide instead.
  const numbered = probes.map((probe) => {
    nextPort = nextPort < 29_000 ? nextPort + 1 : 10_001;
    return { ...probe, sport: nextPort };
  });
  await on(lab, 'k0', HOOKS.map((hook) => `nft flush set inet seen ${hook}`).join('; '));
  await Promise.all(
    (['client', 'k0', 'k2'] as const).map(async (host) => {
      const own = numbered.filter(({ from }) => from === host);
      if (own.length === 0) return;
      const input = JSON.stringify(
        own.map(({ protocol, source, sport, destination, port }) => [
          protocol,
          source,
          sport,
          destination,
          port,
        ]),
      );
      const { exitCode, stderr } = await lab.exec(host, ['python3', '-c', SEND], { input });
      if (exitCode !== 0) throw new Error(`${host}: ${stderr}`);
    }),
  );
  const seen = new Map(
    await Promise.all(
      HOOKS.map(async (hook) => {
        const text = await on(lab, 'k0', `nft -n list set inet seen ${hook}`);
        const ports = /elements = \{([^}]*)\}/.exec(text)?.[1]?.match(/\d+/g);
        return [hook, new Set(ports?.map(Number))] as const;
      }),
    ),
  );
  return numbered.map((probe) => seen.get(hookOf(probe))?.has(probe.sport) === true);
}
