import { mkdir } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { podsOf } from './cluster.ts';
import { pathFromOutside } from './files.ts';
import { giveIdentity } from './identity.ts';
import { createHostNamespaces } from './namespace.ts';
import { connectHost } from './network.ts';
import type { ProcessIdentity } from './process.ts';
import { bare, hostsOf, type Scenario } from './scenario.ts';
import type { LabState, Role } from './state.ts';

const checkout = fileURLToPath(new URL('../..', import.meta.url));

/** The hosts of a scenario by name, with what they are; its pods are hosts too. */
export function rolesOf(scenario: Scenario): Record<string, Role> {
  const all = (hosts: { name: string }[], role: Role) =>
    hosts.map(({ name }): [string, Role] => [name, role]);
  return Object.fromEntries([
    ...all(scenario.nodes, 'node'),
    ...all([scenario.operator], 'operator'),
    ...all(scenario.clients, 'client'),
    ...all(scenario.routers, 'router'),
    ...all(podsOf(scenario), 'pod'),
  ]);
}

/** Makes a host, on its networks and with the programs it needs; returns its machine-id. */
export async function createHost(
  lab: LabState,
  labInit: ProcessIdentity,
  scenario: Scenario,
  name: string,
  programs: Record<string, string>,
): Promise<string> {
  const role = rolesOf(scenario)[name] as Role;
  const binds = programsOn(scenario, name, role).map((program) => [
    `bin/${program}`,
    programs[program] as string,
  ]);
  if (role === 'operator') binds.push(['bin/node', process.execPath], ['extip', checkout]);
  const init = await createHostNamespaces(lab.name, labInit, name, Object.fromEntries(binds));

  const host = hostsOf(scenario).find((other) => other.name === name);
  const pod = podsOf(scenario).find((other) => other.name === name);
  const addresses = host?.interfaces.flatMap((port) => port.addresses.map(bare)) ?? [];
  const state = { role, addresses: pod ? pod.ips : addresses, init, programs: {} };
  lab.hosts[name] = state;
  if (role === 'node' && scenario.systemd) {
    await mkdir(pathFromOutside(state, '/run/systemd/system'), { recursive: true });
  }
  if (host) await connectHost(labInit, scenario, host, state);
  return giveIdentity(state, name);
}

function programsOn(scenario: Scenario, name: string, role: Role): string[] {
  if (role === 'operator') return ['kubectl'];
  if (role !== 'node') return [];
  const controlPlane = ['etcd', 'kube-apiserver', 'kube-controller-manager'];
  return [
    ...(name === scenario.controlPlane ? controlPlane : []),
    ...(name === scenario.controlPlane && scenario.calico ? ['calico-apiserver'] : []),
    ...(scenario.kubeProxy ? ['kube-proxy'] : []),
    ...(scenario.calico ? ['calico-felix'] : []),
  ];
}
