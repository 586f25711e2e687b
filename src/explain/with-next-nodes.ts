import { addressAndPort } from '../net/address-and-port.ts';
import { parseIp } from '../net/ip.ts';
import type { Protocol } from '../net/netfilter/packet.ts';
import type { AssumedFact, Fact, Flow, Loss, Verdict } from './explanation.ts';
import { arrivalKey, type PodArrival, type Sender } from './pod-arrivals.ts';
import { type PodPort, podKey } from './pods-by-node.ts';

/** What is known of the nodes that packets go on to. */
export interface NextNodes {
  /** The node that runs an endpoint, by its key. */
  nodes: ReadonlyMap<string, string>;
  arrivals: ReadonlyMap<string, PodArrival>;
}

/** Where one of a flow's backends is on another node. */
interface Hop {
  backend: Flow['backends'][number];
  node: string;
  /** Of each sender that it may have; none: what that node does is not known. */
  arrivals: readonly PodArrival[];
}

/**
 * A node's walk ends where the packet leaves it: what becomes of it on the node that runs the endpoint
 * is joined here. Where that is not known it is taken to be delivered, and said so.
 */
export function withNextNodes(flow: Flow, known: NextNodes): Flow {
  const hops = hopsOf(flow, known);
  if (hops.length === 0) return flow;
  const lost = new Set(hops.filter((it) => fateOf(it) !== 'delivered'));
  const arrivals = hops.flatMap((it) => it.arrivals);
  const gone = new Set([...lost].filter((it) => fateOf(it) !== 'undetermined').map(backendOf));
  const verdict = joined(flow, hops);
  const reply = verdict.outcome === 'dropped' ? null : flow.reply;
  return {
    ...flow,
    verdict,
    reply: reply && answered(reply, flow.backends.length, hops),
    backends: flow.backends.filter((it) => !gone.has(it)),
    lost: [...flow.lost, ...lostThere(hops)],
    sections: endingThere(flow.sections, [...lost]),
    assumed: distinct([
      ...flow.assumed,
      ...unread(hops),
      ...arrivals.flatMap(({ node, assumed }) => assumed.map((it) => thatOf(node, it))),
    ]),
    undetermined: distinct([
      ...flow.undetermined,
      ...arrivals.flatMap(({ node, undetermined }) => undetermined.map((it) => thatOf(node, it))),
    ]),
  };
}

function hopsOf(flow: Flow, { nodes, arrivals }: NextNodes): Hop[] {
  return flow.backends.flatMap((backend) => {
    const pod = podOf(flow, backend);
    const node = pod ? nodes.get(podKey(pod)) : undefined;
    if (!pod || node === undefined || flow.nodes.includes(node)) return [];
    const found = sendersOf(flow).map((sender) => arrivals.get(arrivalKey({ pod, sender })));
    const isKnown = found.every((it) => it !== undefined);
    return [{ backend, node, arrivals: isKnown ? found : [] }];
  });
}

function podOf({ packet }: Flow, { address, port }: Flow['backends'][number]): PodPort | null {
  const ip = parseIp(address);
  return ip && port !== null ? { ip, port, protocol: packet.protocol as Protocol } : null;
}

/** Masqueraded it has the address of the node that it comes from. */
function sendersOf({ masquerade, origin }: Flow): Sender[] {
  const plain: Sender[] = masquerade === true ? [] : [origin];
  return [...new Set<Sender>(masquerade === false ? plain : ['node', ...plain])];
}

function backendOf({ backend }: Hop) {
  return backend;
}

/** What becomes of what is sent to this backend. */
function fateOf({ arrivals }: Hop): Verdict['outcome'] {
  const outcomes = new Set(arrivals.map(({ verdict }) => verdict.outcome));
  const [only = 'delivered'] = outcomes;
  return outcomes.size > 1 ? 'undetermined' : only;
}

/** Backends that no other node decides on are reached, unless this node's own rules differ. */
function joined({ verdict, backends }: Flow, hops: readonly Hop[]): Verdict {
  if (verdict.outcome !== 'delivered') return verdict;
  const fates = new Set(hops.map(fateOf));
  if (hops.length < backends.length) fates.add('delivered');
  const [only = 'delivered'] = fates;
  if (fates.size > 1) return { outcome: 'undetermined', reason: 'chance', rule: null };
  return only === 'delivered' ? verdict : { outcome: only, reason: 'next-node', rule: null };
}

/** The ways to these backends end as it is decided there. */
function endingThere(sections: Flow['sections'], lost: readonly Hop[]): Flow['sections'] {
  const fates = new Map(
    lost.map((hop) => [addressAndPort(hop.backend.address, hop.backend.port), fateOf(hop)]),
  );
  return sections.map((section) => {
    const { end } = section;
    if (end?.leg !== 'first' || end.outcome !== 'delivered' || end.destination === null) {
      return section;
    }
    const outcome = fates.get(addressAndPort(end.destination, end.destinationPort));
    return outcome ? { ...section, end: { ...end, outcome, reason: 'next-node' } } : section;
  });
}

function answered(reply: Verdict, backends: number, hops: readonly Hop[]): Verdict {
  if (reply.outcome !== 'delivered') return reply;
  const replies = hops.flatMap(({ arrivals }) => arrivals.flatMap((it) => it.reply ?? []));
  const outcomes = new Set(replies.map(({ outcome }) => outcome));
  if (hops.length < backends) outcomes.add('delivered');
  const [only = 'delivered'] = outcomes;
  if (outcomes.size > 1) return { outcome: 'undetermined', reason: 'chance', rule: null };
  return only === 'delivered' ? reply : { outcome: only, reason: 'next-node', rule: null };
}

/** What loses packets there, with its share of all connections; the same of several backends is one. */
function lostThere(hops: readonly Hop[]): Loss[] {
  const all = hops.flatMap(({ backend, arrivals }) =>
    arrivals.flatMap(({ node, lost }) =>
      lost.map((loss): Loss => ({ ...loss, node, share: partOf(backend.share, loss, arrivals) })),
    ),
  );
  const alike = Map.groupBy(all, ({ share, ...loss }) => JSON.stringify([loss, share === null]));
  return [...alike.values()].flatMap((same) => {
    const [first] = same;
    if (!first || first.share === null) return first ?? [];
    return { ...first, share: same.reduce((sum, { share }) => sum + (share ?? 0), 0) };
  });
}

/** null where it depends on which sender it has, or on what is not known. */
function partOf(whole: number | null, { share }: Loss, { length }: readonly PodArrival[]) {
  return whole === null || share === null || length > 1 ? null : whole * share;
}

function unread(hops: readonly Hop[]): AssumedFact[] {
  const nodes = hops.filter(({ arrivals }) => arrivals.length === 0).map(({ node }) => node);
  return [...new Set(nodes)].map((node) => ({
    fact: `${node} lets it through to its pods`,
    settledBy: null,
    harmless: false,
  }));
}

function thatOf<T extends Fact>(node: string, it: T): T {
  return { ...it, fact: `on ${node}: ${it.fact}` };
}

function distinct<T extends Fact>(facts: readonly T[]): T[] {
  return [...new Map(facts.map((it) => [it.fact, it])).values()];
}
