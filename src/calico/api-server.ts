import { addressAndPort } from '../net/address-and-port.ts';
import { type Ip, parseIp } from '../net/ip.ts';
import { apiEndpoints } from '../snapshot/api-endpoints.ts';
import type { Snapshot } from '../snapshot/model.ts';
import { hasAddress, isOwnAddress } from '../snapshot/queries.ts';
import { everyAddress } from './addresses-apart.ts';
import type { CheckedInterface } from './checked-interfaces.ts';
import { into, outOf, stoppedBetween } from './flow.ts';
import type { InterfaceKind } from './interface-kind.ts';
import { type Loss, lossOf } from './loss.ts';
import { mayPass } from './node-addresses.ts';
import { atAddresses, stoppedAt } from './stopped-at.ts';

/** Where the API server is, for the operator and for the nodes. */
export interface ApiServer {
  ips: readonly Ip[];
  ports: readonly number[];
}

/** On this port, and those that the Service default/kubernetes leads to. */
export function apiServerOf(snapshot: Snapshot, port: number): ApiServer {
  return {
    ips: snapshot.cluster.apiServerAddresses.flatMap((text) => parseIp(text) ?? []),
    ports: [...new Set([port, ...apiEndpoints(snapshot).ports])],
  };
}

/** What reaches an API server on the node no longer, and what API servers the node does. */
export function apiServerLosses(
  snapshot: Snapshot,
  place: CheckedInterface,
  kind: InterfaceKind,
  { own, api }: { own: readonly Ip[]; api: ApiServer },
): Loss[] {
  const { node } = place;
  const isHere = (ip: Ip) =>
    isOwnAddress(snapshot, node, ip.text) || hasAddress(snapshot, node, ip.text);
  const here = api.ips.filter(isHere);
  const served = here.length === 0 ? [] : [...own, ...here];
  const incoming = served.flatMap((destination) =>
    api.ports.flatMap((port) =>
      servedLosses(kind, destination, port).map(({ stopped, kinds }): Loss => {
        const before = `the API server on ${node} port ${port}`;
        return lossOf(stopped, { before, after: atAddresses('from', kinds) });
      }),
    ),
  );
  const mayGo = mayPass(snapshot, place);
  const outgoing = api.ips
    .filter((ip) => !isHere(ip) && mayGo(ip))
    .flatMap((destination) =>
      own
        .filter(({ family }) => family === destination.family)
        .flatMap((source) =>
          api.ports.flatMap((port): Loss[] => {
            const packet = { protocol: 6, source, destination, port, isAnswered: true };
            const stopped = stoppedBetween(place.before, place.after, outOf(packet));
            const before = `${node} to the API server at `;
            const subject = addressAndPort(destination.text, port);
            return stopped ? [lossOf(stopped, { before, subject })] : [];
          }),
        ),
    );
  return [...incoming, ...outgoing];
}

function servedLosses(kind: InterfaceKind, destination: Ip, port: number) {
  const { source, destination: destinations } = kind.ingress;
  const { family } = destination;
  return kind.once(`API ${family} ${destinations.keyOf(destination)} ${port}`, () =>
    stoppedAt(kind, source.kinds([everyAddress(family)]), (from) =>
      into({ protocol: 6, source: from, destination, port, isAnswered: true }),
    ),
  );
}
