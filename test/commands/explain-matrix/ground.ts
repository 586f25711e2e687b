import { podsOf } from '../../lab/cluster.ts';
import { clusterIPsOf, isIPv6, loadScenario } from '../../lab/scenario.ts';

/** Who asks. */
export interface Asker {
  /** The host of the lab. */
  host: string;
  /** What stands behind `extip explain svc SERVICE`, so that it is about this asker. */
  from: string[];
  /** Which of the flows are about this asker. */
  origin: 'external' | 'pod' | 'node';
  /** The node that its flow is on; absent: the one that has the address, or none. */
  node?: string;
}

/** A Service of a scenario and the one address of it that is asked about, in one family. */
export interface Ground {
  scenario: string;
  service: string;
  ip: string;
  clusterIp: string;
  six: boolean;
  askers: Asker[];
  /** The pod behind each address that explain may name. */
  pods: ReadonlyMap<string, string>;
  /** Whose memory of who has the address is to go when it moves. */
  neighbours: string[];
}

const outside = (host: string, ip: string): Asker => ({
  host,
  from: ['--from', ip],
  origin: 'external',
});
const pod = (host: string, node: string): Asker => ({ host, from: [], origin: 'pod', node });
const node = (host: string): Asker => ({ host, from: [], origin: 'node', node: host });

/** Scenario s2 or one made of it: the holder is k0 and the pods are on k2, unless a situation says another. */
export async function groundOfS2(scenario: string, { six }: { six: boolean }): Promise<Ground> {
  const [one, two] = six ? ['2001:db8:1::', '2001:db8:3::'] : ['20.1.0.', '30.1.0.'];
  return {
    ...(await groundOf(scenario, 'svc-test-1', six)),
    ip: `${one}167`,
    askers: [
      outside('client', `${one}165`),
      outside('client2', `${two}165`),
      pod('web-server-1-1', 'k2'),
      node('k0'),
      node('k2'),
    ],
    neighbours: ['client', 'router', 'k0', 'k2'],
  };
}

/** Scenario s1: one node, three pods on a bridge. */
export async function groundOfS1(): Promise<Ground> {
  return {
    ...(await groundOf('s1', 'nginx', false)),
    ip: '10.22.0.0',
    askers: [
      // Its route leads to the node whether that has the address or not.
      { ...outside('client', '192.168.99.1'), node: 'minikube' },
      pod('nginx-1', 'minikube'),
      node('minikube'),
    ],
    neighbours: [],
  };
}

async function groundOf(name: string, service: string, six: boolean) {
  const scenario = await loadScenario(name);
  const pods = podsOf(scenario).flatMap(({ name, ips }) =>
    ips.filter((ip) => isIPv6(ip) === six).map((ip) => [ip, name] as const),
  );
  const own = scenario.services.find((it) => it.name === service);
  const clusterIp = own && clusterIPsOf(own).find((ip) => isIPv6(ip) === six);
  return { scenario: name, service, clusterIp: clusterIp ?? '', six, pods: new Map(pods) };
}

/** An address as a URL has it. */
export function inUrl(ip: string): string {
  return isIPv6(ip) ? `[${ip}]` : ip;
}
