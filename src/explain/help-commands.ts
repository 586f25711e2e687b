import { quote } from '../quote.ts';

/** Takes an address off an interface by hand, for root on the node. */
export function removeCommand(ip: string, node: string, link: string): string {
  return `on ${node}: ip addr del ${alone(ip)} dev ${quote(link)}`;
}

/** Gives an interface an address by hand, for root on the node. */
export function addCommand(ip: string, node: string, link: string): string {
  return `on ${node}: ip addr add ${alone(ip)} dev ${quote(link)}`;
}

/** Moves an external IP to another node. */
export function moveCommand(service: string, ip: string, node: string): string {
  return `extip release ${service} ${ip} && extip assign ${service} ${ip} --node ${node}`;
}

/** Makes a node ask again who has an address, for root on it. */
export function forgetNeighbourCommand(ip: string, node: string, link: string): string {
  return `on ${node}: ip neigh del ${ip} dev ${quote(link)}`;
}

/** Changes a setting of the kernel until the next boot, for root on the node. */
export function sysctlCommand(node: string, name: string, value: string): string {
  return `on ${node}: sysctl -w ${quote(`${name}=${value}`)}`;
}

/** Shows whether kube-proxy there serves external IPs: 1 where it does. */
export function featureGateCommand(node: string): string {
  return `on ${node}: curl -s http://127.0.0.1:10249/metrics | grep AllowServiceExternalIPs`;
}

/** With the prefix of one address. */
function alone(ip: string): string {
  return `${ip}/${ip.includes(':') ? 128 : 32}`;
}
