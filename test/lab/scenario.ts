import { readdir } from 'node:fs/promises';
import type { V1ServiceSpec } from '@kubernetes/client-node';
import { LabError } from './error.ts';

/** A network interface of a host: one end of a veth, the other end on the network's bridge. */
export interface Interface {
  name: string;
  network: string;
  addresses: string[];
}

export interface Route {
  to: string;
  via: string;
}

/** Anything with a network stack of its own: a client, a router, the operator. */
export interface Host {
  name: string;
  interfaces: Interface[];
  routes?: Route[];
}

/** A Node. The addresses of its first interface are its InternalIPs. */
export interface Node extends Host {
  /** Where its pods' veths are attached; with Calico they are routed and need no bridge. */
  podBridge?: { name: string; address: string };
}

/** Pods under one label that run the same HTTP server. */
export interface Deployment {
  name: string;
  labels: Record<string, string>;
  port: { name: string; number: number };
  /** The body of every answer. */
  answer: string;
  /** The pods, named after the Deployment: `web-1`, `web-2`, …; with one address a family. */
  replicas: { node: string; ips: string[] }[];
}

/** A cluster and what surrounds it, as data. */
export interface Scenario {
  summary: string;
  /** Each one a bridge; an interface names the one it is plugged into. */
  networks: string[];
  /** One a family, the primary one first; so also for pods. */
  serviceCIDRs: string[];
  podCIDRs: string[];
  /** The node that runs etcd, the API server and the controllers. */
  controlPlane: string;
  /** Absent: no kube-proxy. */
  kubeProxy?: 'iptables' | 'nftables';
  calico?: boolean;
  /** The nodes run systemd, or so it looks: its `systemctl` does what it does with files. */
  systemd?: boolean;
  /** Of kube-apiserver, besides those that it has by itself. */
  admissionPlugins?: string[];
  /** Of kube-apiserver, kube-controller-manager and kube-proxy. */
  featureGates?: Record<string, boolean>;
  nodes: Node[];
  /** The user's laptop: kubeconfig, ssh configuration, kubectl and extip. Not a node. */
  operator: Host;
  /** Hosts that are not nodes, reachable by ssh from the operator. */
  clients: Host[];
  /** Hosts that forward between their interfaces. */
  routers: Host[];
  deployments: Deployment[];
  services: { name: string; spec: V1ServiceSpec }[];
}

const scenariosDirectory = new URL('scenarios/', import.meta.url);

/** The names of all scenarios: every file in `scenarios/` is one. */
export async function scenarioNames(): Promise<string[]> {
  const files = await readdir(scenariosDirectory);
  return files.map((file) => file.replace(/\.ts$/, '')).sort();
}

/** Loads the scenario `name`. */
export async function loadScenario(name: string): Promise<Scenario> {
  const names = await scenarioNames();
  if (!names.includes(name)) {
    throw new LabError(`there is no scenario '${name}'; there are: ${names.join(', ')}`);
  }
  const module: { scenario: Scenario } = await import(
    new URL(`${name}.ts`, scenariosDirectory).href
  );
  return module.scenario;
}

/** All hosts with interfaces on the networks: nodes, operator, clients, routers. */
export function hostsOf(scenario: Scenario): Host[] {
  return [...scenario.nodes, scenario.operator, ...scenario.clients, ...scenario.routers];
}

/** An address without its prefix length. */
export function bare(address: string): string {
  return address.replace(/\/\d+$/, '');
}

/** Whether an address or a range is of IPv6. */
export function isIPv6(address: string): boolean {
  return address.includes(':');
}

/** An address with a port, as a URL has it. */
export function withPort(address: string, port: number | undefined): string {
  return isIPv6(address) ? `[${address}]:${port}` : `${address}:${port}`;
}

/** The clusterIPs of a Service, one a family. */
export function clusterIPsOf({ spec }: Scenario['services'][number]): string[] {
  return spec.clusterIPs ?? [String(spec.clusterIP)];
}

/** The first InternalIP of a node. */
export function internalIP(node: Node): string {
  const address = node.interfaces[0]?.addresses[0];
  if (!address) throw new LabError(`node ${node.name} has no address on its first interface`);
  return bare(address);
}
