import type { Ip } from '../net/ip.ts';
import type { Snapshot } from '../snapshot/model.ts';
import { holdersOf } from '../snapshot/queries.ts';
import { type AddressKind, everyAddress } from './addresses-apart.ts';
import type { Backend } from './backends.ts';
import type { CheckedInterface, Side } from './checked-interfaces.ts';
import { oneWay } from './exchange.ts';
import type { Flow } from './flow.ts';
import type { InterfaceKind } from './interface-kind.ts';
import type { Judge } from './judge.ts';
import type { Loss } from './loss.ts';
import { judgeWay } from './reach.ts';
import type { ServiceTarget } from './service-targets.ts';
import { atAddresses, type StoppedAt, stoppedAt } from './stopped-at.ts';

/** Where an endpoint is, seen from a node: in a process of its own, in a pod of its own, elsewhere, or not known. */
type Where = 'host' | 'pod' | 'elsewhere' | 'anywhere';

/** What is stopped on the way to one endpoint, as far as it was asked. */
type Asked = Partial<Record<Where, readonly StoppedAt[]>>;

/**
 * The Services that are no longer served through the interface, from any source. What an endpoint's place
 * makes of it is found once for all interfaces of the kind.
 */
export function serviceLosses(
  snapshot: Snapshot,
  { node }: CheckedInterface,
  kind: InterfaceKind,
  { own, targets }: { own: readonly Ip[]; targets: readonly ServiceTarget[] },
): Loss[] {
  const whereOf = whereFrom(snapshot, node);
  const losses: Loss[] = [];
  const ask = (at: Ip | null) => {
    const key = at === null ? '' : `${at.family} ${kind.ingress.destination.keyOf(at)}`;
    const asked = kind.once(`services ${key}`, () =>
      targets.map(({ backends }) => backends.map((): Asked => ({}))),
    );
    for (const [index, target] of targets.entries()) {
      const ip = at === null ? target.ip : target.ip === null ? at : null;
      if (!ip || ip.family !== target.family) continue;
      for (const [which, backend] of target.backends.entries()) {
        const where = whereOf(backend);
        const known = asked[index]?.[which] as Asked;
        known[where] ??= stoppedOnWay(kind, target, { ip, backend, where });
        for (const { stopped, kinds } of known[where]) {
          const after = atAddresses('from', kinds);
          losses.push({ before: '', subject: target.name, after, stopped });
        }
      }
    }
  };
  for (const at of [null, ...own]) ask(at);
  return losses;
}

function whereFrom(snapshot: Snapshot, node: string): (backend: Backend | null) => Where {
  return (backend) => {
    if (!backend) return 'anywhere';
    const holders = holdersOf(snapshot, backend.destination.text);
    if (holders.some((holder) => holder.node === node)) return 'host';
    if (backend.node === node) return 'pod';
    return backend.node === null ? 'anywhere' : 'elsewhere';
  };
}

function stoppedOnWay(
  kind: InterfaceKind,
  { family, port, protocol }: ServiceTarget,
  to: { ip: Ip; backend: Backend | null; where: Where },
): readonly StoppedAt[] {
  const sources: AddressKind[] = kind.once(`sources ${family}`, () =>
    kind.ingress.source.kinds([everyAddress(family)]),
  );
  const found = stoppedAt(kind, sources, (source) => wayOf({ ...to, source, port, protocol }));
  return found.length === 0 ? NOTHING : found;
}

/** One for all: there may be millions. */
const NOTHING: readonly StoppedAt[] = [];

function wayOf({
  ip,
  backend,
  where,
  ...rest
}: {
  ip: Ip;
  backend: Backend | null;
  where: Where;
  source: Ip;
  port: number;
  protocol: number;
}): Flow {
  const { source, port, protocol } = rest;
  const packet = { protocol, source, sourcePort: null, destination: ip, destinationPort: port };
  const through = where === 'host' ? 'host' : 'forward';
  const passage = { packet, through, after: backend } as const;
  return ({ judge, out }) => {
    const leaving = waysOut[where](out).map((one) => {
      return { judge: one, passage: { ...passage, direction: 'egress' as const } };
    });
    return oneWay(judgeWay(judge, { in: { ...passage, direction: 'ingress' }, out: leaving }));
  };
}

const waysOut: Record<Where, (out: Side['out']) => readonly Judge[]> = {
  host: () => [],
  pod: ({ pods }) => [pods],
  elsewhere: ({ links }) => links,
  anywhere: ({ pods, links }) => [pods, ...links],
};
