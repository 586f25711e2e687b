import type { End, Section } from '../../../src/net/netfilter/walk/result.ts';
import type { Counters } from './counters.ts';
import { type Path, pathsOf } from './paths.ts';
import type { Probe, Sighting, Truth } from './probe.ts';
import { addresses, links, nodeAddresses, pods } from './topology.ts';

/** A walk and what the kernel did, of one probe. */
export interface Pair {
  probe: Probe;
  truth: Truth;
  root: Section;
}

/**
 * Compares walks with the kernel. Of every probe some way of the walk must be what was seen: where
 * the packet came out, from which address and port; whether an answer, a reset or an ICMP error
 * came back, and to whom. And one such way each, taken together, must count exactly what the rules'
 * counters say. What a rule counts is known of the sum only; a probe is two packets at most: the
 * first one and the answer to it, because no client ever acknowledges and no server repeats.
 *
 * Where all facts are given, only chance and what no dump says (`mayAsk`) make a walk fork.
 * Returns what disagrees, in words; null: nothing.
 */
export function compare(
  pairs: readonly Pair[],
  counters: Counters,
  mayAsk: (question: string) => boolean,
): string | null {
  const possible: Counters[][] = [];
  let isCountable = true;
  for (const { probe, truth, root } of pairs) {
    const paths = pathsOf(root);
    if (!paths) return null;
    const asked = paths.flatMap(({ questions }) => questions).find((text) => !mayAsk(text));
    if (asked) return `${describe(probe)}: the walk asks: ${asked}`;
    const fitting = paths.filter((path) => fits(path, truth));
    if (fitting.length === 0) {
      const said = [...new Set(paths.map((path) => describePath(path)))].join('\n    or ');
      return `${describe(probe)}\n  kernel: ${describeTruth(truth)}\n  walk:   ${said}`;
    }
    isCountable &&= !fitting.some(isFollowedByMore);
    possible.push(fitting.map((path) => (isAnswered(path) ? path.visits : path.visitsOfFirst)));
  }
  return isCountable ? compareCounters(possible, counters) : null;
}

/**
 * Whether the node may have sent something that the walk does not follow, so that nobody knows what
 * the rules counted: the ICMP error of routing, which is rate limited even with no limit on ICMP
 * (net/ipv4/route.c, ip_error), and that of a rule which rejects the answer.
 */
function isFollowedByMore(path: Path): boolean {
  const { end, answer } = path;
  if (end.outcome === 'rejected' && end.reason !== 'rule') return true;
  return answer?.by?.action === 'reject' || routeRefusals.has(answer?.reason);
}

const routeRefusals = new Set<unknown>(['no-route', 'unreachable', 'prohibit']);

function fits(path: Path, { arrivals, answers }: Truth): boolean {
  const arrival = expectedArrival(path.end);
  if (!alike(arrival, arrivals)) return false;
  const answer = isAnswered(path) ? expectedAnswer(path) : null;
  return isFollowedByMore(path) || alike(answer, answers);
}

/** Whether somebody answers: no machine outside does, and nobody speaks SCTP. */
function isAnswered({ end, answer }: Path): boolean {
  if (!answer) return false;
  if (answer.leg === 'refusal') return true;
  const { protocol, family, source, destination, outInterface } = end.packet;
  if (protocol === 'sctp') return false;
  // A pod that gets a packet from its own address takes it for a martian, or keeps the answer.
  const isOwn = source.value === destination.value || source.text === addresses[family].loopback;
  if (outInterface !== null && isOwn) return false;
  const servers =
    outInterface === null ? nodeAddresses(family) : Object.values(addresses[family].pods);
  return servers.includes(destination.text) && expectedArrival(end)?.host !== 'ext';
}

type Expected = Omit<Partial<Sighting>, 'tag'>;

function expectedArrival({ outcome, packet }: End): Expected | null {
  if (!['delivered', 'local', 'forwarded'].includes(outcome)) return null;
  return { kind: 'first', ...endsOf(packet), ...placeOf(packet) };
}

function expectedAnswer({ end, answer }: Path): Expected | null {
  if (!answer || !['answered', 'asymmetric', 'not-translated'].includes(answer.reason)) return null;
  const place = placeOf(answer.packet);
  if (answer.leg === 'reply') return { kind: 'answer', ...endsOf(answer.packet), ...place };
  const kind = refusals[end.by?.effect ?? ''] ?? `no refusal ${end.by?.effect}`;
  return { kind, destination: answer.packet.destination.text, ...place };
}

function endsOf({ source, sourcePort, destination, destinationPort }: End['packet']): Expected {
  return {
    source: source.text,
    ...(sourcePort !== undefined && { sourcePort }),
    destination: destination.text,
    ...(destinationPort !== undefined && { destinationPort }),
  };
}

/** At the other end of the cable; behind the bridge, at the pod that has the address. */
function placeOf({ outInterface, family, destination }: End['packet']): Expected {
  if (outInterface === null) return { host: 'node', link: null };
  const pod = pods.find((name) => addresses[family].pods[name] === destination.text);
  const link = links.find(
    ({ name, bridge, host }) => name === outInterface || (bridge === outInterface && host === pod),
  );
  return link ? { host: link.host, link: link.name } : { link: `behind ${outInterface}` };
}

/** What the client sees of REJECT (net/ipv4/netfilter/nf_reject_ipv4.c; RFC 792, 1812, 4443). */
const refusals: Readonly<Record<string, string>> = {
  'tcp-reset': 'refused',
  'icmp-net-unreachable': 'icmp 3/0',
  'icmp-host-unreachable': 'icmp 3/1',
  'icmp-proto-unreachable': 'icmp 3/2',
  'icmp-port-unreachable': 'icmp 3/3',
  'icmp-net-prohibited': 'icmp 3/9',
  'icmp-host-prohibited': 'icmp 3/10',
  'icmp-admin-prohibited': 'icmp 3/13',
  'icmp6-no-route': 'icmp 1/0',
  'icmp6-adm-prohibited': 'icmp 1/1',
  'icmp6-addr-unreachable': 'icmp 1/3',
  'icmp6-port-unreachable': 'icmp 1/4',
};

function alike(expected: Expected | null, seen: readonly Sighting[]): boolean {
  if (!expected) return seen.length === 0;
  const [only] = seen;
  if (!only || seen.length > 1) return false;
  return Object.entries(expected).every(([name, value]) => only[name as keyof Sighting] === value);
}

/** Whether one way of each probe adds up to what the rules counted. */
function compareCounters(possible: readonly Counters[][], counters: Counters): string | null {
  let sums = new Map<string, Counters>([['', new Map()]]);
  for (const ways of possible) {
    const next = new Map<string, Counters>();
    for (const sum of sums.values()) {
      for (const way of ways) {
        const added = add(sum, way);
        next.set(JSON.stringify([...added].sort()), added);
      }
    }
    sums = next;
  }
  const differences = [...sums.values()].map((sum) => difference(sum, counters));
  differences.sort((a, b) => a.length - b.length);
  const [least = []] = differences;
  return least.length > 0 ? `the counters differ:\n${least.join('\n')}` : null;
}

function add(a: Counters, b: Counters): Counters {
  const sum = new Map(a);
  for (const [rule, packets] of b) sum.set(rule, (sum.get(rule) ?? 0) + packets);
  return sum;
}

function difference(walk: Counters, kernel: Counters): string[] {
  return [...kernel]
    .map(([rule, its]) => ({ rule, ours: walk.get(rule) ?? 0, its }))
    .filter(({ ours, its }) => ours !== its)
    .map(({ rule, ours, its }) => `  ${rule}: kernel ${its}, walk ${ours}`);
}

/** A probe in a line. */
export function describe({
  protocol,
  link,
  source,
  sourcePort,
  destination,
  destinationPort,
}: Probe) {
  return `${protocol} ${link ?? 'node'}: ${source} ${sourcePort} > ${destination} ${destinationPort}`;
}

function describeTruth({ error, arrivals, answers }: Truth): string {
  const seen = [...arrivals, ...answers].map(describeSighting).join(', then ');
  return [...(error ? [error] : []), seen || 'nothing seen'].join(', ');
}

function describeSighting({
  kind,
  host,
  link,
  source,
  sourcePort,
  destination,
  destinationPort,
}: Expected) {
  return `${kind} at ${host} ${link ?? ''} ${source} ${sourcePort ?? ''} > ${destination} ${destinationPort ?? ''}`;
}

function describePath(path: Path): string {
  const { outcome, reason } = path.end;
  const arrival = expectedArrival(path.end);
  const answer = isAnswered(path) ? expectedAnswer(path) : null;
  const seen = [arrival, answer].flatMap((each) => (each ? describeSighting(each) : []));
  const lost =
    path.answer && !answer ? `, answer ${path.answer.outcome} ${path.answer.reason}` : '';
  return `${outcome} (${reason}) ${seen.join(', then ')}${lost}`;
}
