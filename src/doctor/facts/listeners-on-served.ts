import { OF_IPVS } from '../../explain/beside-rules.ts';
import { targetEndpoints } from '../../explain/evidence.ts';
import type { ExaminedNode } from '../../explain/findings.ts';
import { type Target, targetsOf } from '../../explain/targets.ts';
import { type Listener, readListeners, takes } from '../../net/read-listeners.ts';
import { oncePer } from '../../once-per.ts';
import type { ClusterState } from '../../snapshot/model.ts';
import { isOwnAddress, whyNotProxied } from '../../snapshot/queries.ts';

/** A process of a node that listens on an address and port of a Service. */
export interface TakenListener {
  target: Target;
  listener: Listener;
  /** The address is one that the node itself lives by. */
  isOwn: boolean;
}

/** What listens on the node where packets go to Services, kube-proxy's own sockets aside. */
export function listenersOnServed(
  { state, files }: ExaminedNode,
  cluster: ClusterState,
): TakenListener[] {
  const text = files.bytes['listeners.txt']?.toString() ?? '';
  const links = state.facts?.interfaces.filter(({ name }) => name !== OF_IPVS) ?? [];
  const held = links.flatMap(({ name, addresses }) =>
    addresses.flatMap(({ ip }) =>
      (targetsByIp(cluster).get(ip) ?? []).map((target) => ({ target, link: name })),
    ),
  );
  if (held.length === 0) return [];
  const snapshot = { cluster, nodes: { [state.name]: state } };
  const byPort = Map.groupBy(readListeners(text).listeners, ({ port }) => port);
  return held.flatMap(({ target, link }) => {
    const { ip, port, protocol } = target;
    if (ip === null || port === null) return [];
    return (byPort.get(port) ?? [])
      .filter((one) => takes(one, { ip, port, protocol, interface: link }))
      .filter(({ processes }) => !processes.includes('kube-proxy'))
      .filter(() => !leadsBack(target, cluster, links))
      .map((listener) => ({
        target,
        listener,
        isOwn: isOwnAddress(snapshot, state.name, ip.text),
      }));
  });
}

const targetsByIp = oncePer((cluster: ClusterState) => {
  const served = targetsOf(cluster, { kind: 'everything' }).filter(
    ({ service }) => service && !whyNotProxied(service),
  );
  return Map.groupBy(served, ({ ip }) => ip?.text ?? '');
});

/** Whether the Service leads to that very port of the node. */
function leadsBack(
  target: Target,
  cluster: ClusterState,
  links: readonly { addresses: readonly { ip: string }[] }[],
): boolean {
  const own = new Set(links.flatMap(({ addresses }) => addresses.map(({ ip }) => ip)));
  return targetEndpoints({ snapshot: { cluster, nodes: {} } }, target).some(
    ({ ip, port }) => own.has(ip.text) && port === target.port,
  );
}
