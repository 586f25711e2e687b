import type { Ip } from '../net/ip.ts';
import { subnetEnds } from '../net/subnet-ends.ts';
import { hasReadyEndpoints } from '../snapshot/endpoints.ts';
import type { Service } from '../snapshot/kubernetes.ts';
import type { Snapshot } from '../snapshot/model.ts';
import { interfacesOnSegment, subnetHolding } from '../snapshot/queries.ts';
import { answeringInterfaces } from './answering-interfaces.ts';
import type { HolderChoice } from './choose-holder.ts';
import { externalIPsManager } from './external-ips-manager.ts';
import { contested } from './refusals.ts';

/** What an operator should know before the assignment, and which does not forbid it. */
export function assignWarnings(
  snapshot: Snapshot,
  service: Service,
  ip: Ip,
  holder: HolderChoice,
): string[] {
  const warnings = addressWarnings(snapshot, ip, holder);
  if (!hasReadyEndpoints(snapshot, service)) {
    warnings.push('the Service has no ready endpoint: nothing will answer until it has one');
  } else if (
    service.spec.externalTrafficPolicy === 'Local' &&
    !hasReadyEndpoints(snapshot, service, holder.node)
  ) {
    warnings.push(
      `externalTrafficPolicy is Local and no ready endpoint is on ${holder.node}: what comes from outside is dropped`,
    );
  }
  warnings.push(...contested(snapshot, service, ip));
  const manager = externalIPsManager(service);
  if (manager) {
    warnings.push(
      `spec.externalIPs is managed by ${manager}, which may take ${ip.text} away again if it does not list it`,
    );
  }
  for (const { resource, reason } of snapshot.cluster.unknown) {
    warnings.push(`${resource} could not be read (${reason}): addresses there are not checked`);
  }
  for (const { name, status, facts } of Object.values(snapshot.nodes)) {
    if (!facts) warnings.push(`${name} is ${status}: whether it has ${ip.text} is not known`);
  }
  warnings.push(...neighbourWarnings(snapshot, ip, holder));
  return warnings;
}

/** Neighbours that do not learn who has the address, or not at once. */
function neighbourWarnings(snapshot: Snapshot, ip: Ip, holder: HolderChoice): string[] {
  const { node } = holder;
  const answering = answeringInterfaces(snapshot, ip, holder);
  if (ip.family === 4) {
    if (answering.length === 0 || snapshot.nodes[node]?.facts?.arping) return [];
    return [
      `${node} has no arping: neighbours that knew ${ip.text} elsewhere learn when their entry expires`,
    ];
  }
  const own = interfacesOnSegment(snapshot, ip).filter((place) => place.node === node);
  const [first] = own;
  if (!first || own.some((place) => place.interface === holder.interface)) return [];
  return [
    `hosts on the segment of ${first.interface} do not reach ${ip.text} on ${holder.interface}: NDP is answered only on the interface that has the address`,
  ];
}

/** Addresses that hosts may take for something else than a host's. */
function addressWarnings(snapshot: Snapshot, ip: Ip, holder: HolderChoice): string[] {
  const link = snapshot.nodes[holder.node]?.facts?.interfaces.find(
    ({ name }) => name === holder.interface,
  );
  const subnet = link ? subnetHolding(link, ip) : null;
  const end = subnet && subnetEnds(subnet).find((one) => one.ip === ip.text);
  if (subnet && end) {
    return [
      `${ip.text} is the ${end.role} address of ${subnet.first.text}/${subnet.prefix} on ${holder.interface}: hosts of that subnet do not reach it as one host`,
    ];
  }
  const lastByte = Number(ip.value & 255n);
  return ip.family === 4 && (lastByte === 0 || lastByte === 255)
    ? [`${ip.text} ends in .${lastByte}: some devices take it for a network address`]
    : [];
}
