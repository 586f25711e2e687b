import type { Ip } from '../net/ip.ts';
import { everyAddress } from './addresses-apart.ts';
import type { CheckedInterface } from './checked-interfaces.ts';
import { oneWay } from './exchange.ts';
import type { InterfaceKind } from './interface-kind.ts';
import { type Loss, MOST_NAMED } from './loss.ts';
import { judgeWay } from './reach.ts';
import type { ServiceEnd, ServiceTarget } from './service-targets.ts';
import { atAddresses, type StoppedAt, stoppedAt } from './stopped-at.ts';
import { type Where, wayTo, whereIs } from './ways-to-service.ts';

/** What is stopped on the way to one endpoint, as far as it was asked. */
type Asked = Partial<Record<Where, readonly StoppedAt[]>>;

/**
 * The Services that are no longer served through the interface, from any source. What an endpoint's place
 * makes of it is found once for all interfaces of the kind.
 */
export function serviceLosses(
  { node }: CheckedInterface,
  kind: InterfaceKind,
  { own, targets }: { own: readonly Ip[]; targets: readonly ServiceTarget[] },
): Loss[] {
  const losses = new Map<StoppedAt, { names: string[]; count: number; last: number }>();
  for (const at of [null, ...own]) {
    const key = at === null ? '' : `${at.family} ${kind.ingress.destination.keyOf(at)}`;
    const asked = kind.once(`services ${key}`, () =>
      targets.map(({ ends }) => ends.map((): Asked => ({}))),
    );
    for (const [index, target] of targets.entries()) {
      const ip = at === null ? target.ip : target.ip === null ? at : null;
      if (!ip || ip.family !== target.family) continue;
      for (const [which, end] of target.ends.entries()) {
        const isHost = end.holders.includes(node);
        const where = whereIs(end.backend, { node, isHost });
        const known = asked[index]?.[which] as Asked;
        known[where] ??= stoppedOnWay(kind, target, { ip, end, where });
        for (const stopped of known[where]) {
          const loss = losses.get(stopped) ?? { names: [], count: 0, last: -1 };
          losses.set(stopped, loss);
          if (loss.last === index) continue;
          loss.last = index;
          loss.count += 1;
          if (loss.names.length < MOST_NAMED) loss.names.push(target.name);
        }
      }
    }
  }
  return Array.from(losses, ([{ stopped, kinds }, { names, count }]) => {
    return { before: '', subjects: { names, count }, after: atAddresses('from', kinds), stopped };
  });
}

/** What is stopped of the same sources for the same reason is one object for all Services. */
function stoppedOnWay(
  kind: InterfaceKind,
  { family, port, protocol }: ServiceTarget,
  { ip, end, where }: { ip: Ip; end: ServiceEnd; where: Where },
): readonly StoppedAt[] {
  const isHost = where === 'host';
  const apart = isHost ? kind.ingress.source : kind.forwarded;
  const sources = kind.once(`sources ${family} ${isHost}`, () =>
    apart.kinds([everyAddress(family)]),
  );
  const packet = { protocol, sourcePort: null, destination: ip, destinationPort: port };
  const found = stoppedAt(
    kind,
    sources,
    (source) =>
      ({ judge, out }) =>
        oneWay(judgeWay(judge, wayTo({ ...packet, source }, end.backend, { where, out }))),
  );
  return found.map((one) => {
    const which = one.kinds.map((source) => sources.indexOf(source));
    return kind.once(`stopped ${isHost} ${which} ${one.stopped.reason}`, () => one);
  });
}
