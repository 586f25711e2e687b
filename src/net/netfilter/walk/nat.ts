import { fromValue, type Ip, ipAfter, parseIp } from '../../ip.ts';
import { isLinkLocal6, isMulticast } from '../../routing/prefix.ts';
import { sourceAddress } from '../../routing/source-address.ts';
import type { WalkInterface } from '../node-network.ts';
import type { Packet } from '../packet.ts';
import { isFirstAddressOf, isLocalAddress, isMasqueradedAs } from '../questions.ts';
import type { Hook, PortRange, Translation, Verdict } from '../rules.ts';
import { unknownAddress } from '../unknown-address.ts';
import { inverseOf } from './conntrack.ts';
import { end } from './end.ts';
import { type HookEntry, NAT_END } from './hooks.ts';
import { type Ground, type Move, Unanswered } from './move.ts';
import { afterNat, natHalf } from './nat-hook.ts';
import type { Action, Phase } from './result.ts';
import type { ChainPlace, State } from './state.ts';

type NatVerdict = Verdict & { kind: 'dnat' | 'snat' | 'netmap' | 'masquerade' | 'redirect' };

/** More choices of an address or a port than this are not followed one by one. */
const MOST_CHOICES = 256;

/**
 * Sets up this hook's half of the connection's NAT, which leaves all further nat chains of the hook
 * out. A range is a choice of the kernel's, by a hash of the addresses (find_best_ips_proto,
 * net/netfilter/nf_nat_core.c, Linux 6.18).
 */
export function applyNat(
  verdict: NatVerdict,
  state: State,
  place: ChainPlace,
  ground: Ground,
  record: (action: Action, effect: string | null) => Phase,
): Move {
  const { packet } = state;
  const half = natHalf(place.hook);
  const to = translationOf(verdict, packet, state.gateway, place.hook, ground);
  const plain = half === 'destination' ? 'dnat' : 'snat';
  const action = verdict.kind === 'netmap' ? plain : verdict.kind;
  if (to instanceof Unanswered) return branchAt(verdict, state, place, to);
  if (to === 'no address') {
    const by = record(action, null);
    return end(state, 'dropped', 'no-address-for-nat', ground, { by });
  }
  const choices = half === 'source' ? newSources(packet, to) : newDestinations(packet, to);
  if (choices === null || to === 'unknown') {
    const by = record(action, to === 'unknown' ? null : rangeText(to));
    if (to !== 'unknown') return end(state, 'undetermined', 'too-many-branches', ground, { by });
    const text = `which address ${incoming(packet)} has`;
    const question = { text, settledBy: ground.node.interfaces ? 'ip-addr.json' : '--local' };
    return end(state, 'undetermined', 'address-unknown', ground, { by, question });
  }
  record(action, rangeText(to));
  const states = choices.map((translated): State => {
    const isChanged = !sameEnds(packet, translated);
    const connection = isChanged
      ? { ...packet.connection, [plain]: true, reply: inverseOf(translated) }
      : packet.connection;
    const next: State = {
      ...state,
      packet: { ...translated, connection },
      nat: {
        ...state.nat,
        [half]: true,
        masqueraded: state.nat.masqueraded || verdict.kind === 'masquerade',
      },
      place: { kind: 'hook', hook: place.hook, rest: afterNatEnd(place.rest) },
    };
    return afterNat(next, place.hook, isChanged && half === 'destination');
  });
  const [only] = states;
  if (only && states.length === 1) return { kind: 'go', state: only };
  return {
    kind: 'branch',
    question: null,
    branches: states.map((state) => ({
      answer:
        half === 'source'
          ? state.packet.source.text
          : `${state.packet.destination.text} ${state.packet.destinationPort ?? ''}`.trim(),
      share: 1 / states.length,
      state,
    })),
  };
}

/** The same rule again, with each answer to what it asks. */
function branchAt(
  verdict: NatVerdict,
  state: State,
  place: ChainPlace,
  { question, answers }: Unanswered,
): Move {
  const resume = { step: 0, answer: { kind: 'verdict' as const, verdict } };
  const again: State = { ...state, place: { ...place, frame: { ...place.frame, resume } } };
  const branches = answers.map((answer) => ({ answer, share: null, state: again }));
  return { kind: 'branch', question, branches };
}

/** Where a rule's NAT leads. For masquerade and redirect the node's own addresses say. */
function translationOf(
  verdict: NatVerdict,
  packet: Packet,
  gateway: Ip | null,
  hook: Hook,
  ground: Ground,
): Translation | 'unknown' | 'no address' | Unanswered {
  if (verdict.kind === 'dnat' || verdict.kind === 'snat') return verdict.to;
  if (verdict.kind === 'netmap') return mapped(verdict, packet, hook);
  const address =
    verdict.kind === 'masquerade'
      ? masqueradeAddress(packet, gateway, ground)
      : redirectAddress(packet, hook, ground);
  if (address instanceof Unanswered) return address;
  if (address === null) return 'no address';
  if (address === undefined) return 'unknown';
  return { addresses: { first: address, last: address }, ports: verdict.ports, persistent: false };
}

function mapped(
  { network, mask }: Verdict & { kind: 'netmap' },
  { source, destination }: Packet,
  hook: Hook,
): Translation {
  const ip = natHalf(hook) === 'destination' ? destination : source;
  const address = fromValue(ip.family, (ip.value & ~mask) | network);
  return { addresses: { first: address, last: address }, ports: null, persistent: false };
}

/**
 * Of the interface that the packet leaves by. Where that is not known: the only one that the node has,
 * else any of them, which for a packet of its own may be the one that it has.
 */
function masqueradeAddress(
  packet: Packet,
  gateway: Ip | null,
  { node, answer }: Ground,
): Ip | null | Unanswered {
  const { family, source, outInterface } = packet;
  const chosen = sourceAddress(outInterface, nearEnd(packet, gateway), node);
  if (chosen !== undefined) return chosen;
  const own = node.interfaces?.flatMap(({ loopback, addresses }) =>
    addresses.filter(({ ip, scope }) => ip.family === family && scope === 'global' && !loopback),
  );
  const [only, ...others] = own ?? [];
  if (only && others.length === 0) return only.ip;
  if (answer(isLocalAddress(source)) === 'no') return unknownAddress(family);
  const question = isMasqueradedAs(source);
  const isKept = answer(question);
  if (isKept === undefined) return new Unanswered(question, ['yes', 'no']);
  return isKept === 'yes' ? source : unknownAddress(family);
}

/** Of what the source address is chosen for: IPv6 does not ask for the next hop. */
function nearEnd({ family, destination }: Packet, gateway: Ip | null): Ip {
  return family === 4 ? (gateway ?? destination) : destination;
}

/**
 * A redirected packet goes to loopback if it was made here, else to the first address of the
 * interface that it came in by (net/netfilter/nf_nat_redirect.c, Linux 6.18).
 */
function redirectAddress(
  packet: Packet,
  hook: Hook,
  ground: Ground,
): Ip | null | undefined | Unanswered {
  if (hook === 'output') return parseIp(packet.family === 4 ? '127.0.0.1' : '::1');
  const { interfaces } = ground.node;
  const named = (name: string | null | undefined) => interfaces?.find((it) => it.name === name);
  const own = named(packet.inInterface);
  const isFit = ({ ip }: { ip: Ip }) => ip.family === packet.family && isOfScope(ip, packet);
  if (own) return own.addresses.find(isFit)?.ip ?? null;
  const unnamed = named('');
  return unnamed && oneOf(unnamed.addresses, packet, ground);
}

/** What goes to the link alone stays there (nf_nat_redirect_ipv6_usable). */
function isOfScope(ip: Ip, { destination }: Packet): boolean {
  if (destination.family === 4) return true;
  const scope = isMulticast(destination) ? (destination.value >> 112n) & 0xfn : 0n;
  if (scope === 2n || isLinkLocal6(destination)) return isLinkLocal6(ip);
  return scope !== 1n && scope !== 5n;
}

/** Of addresses of which nobody said where they are: one after another, the last for want of more. */
function oneOf(
  addresses: WalkInterface['addresses'],
  packet: Packet,
  ground: Ground,
): Ip | null | Unanswered {
  const candidates = addresses.map(({ ip }) => ip).filter(({ family }) => family === packet.family);
  for (const ip of candidates) {
    const question = isFirstAddressOf(ip, incoming(packet));
    const answer = ground.answer(question);
    const isLast = ip === candidates.at(-1);
    if (answer === undefined) return new Unanswered(question, isLast ? ['yes'] : ['yes', 'no']);
    if (answer === 'yes') return ip;
  }
  return null;
}

function incoming({ inInterface }: Packet): string {
  return inInterface ?? 'the incoming interface';
}

/** null: it cannot be said, or there are too many to follow each. */
function newDestinations(packet: Packet, to: Translation | 'unknown'): Packet[] | null {
  if (to === 'unknown') return null;
  const addresses = addressesOf(to) ?? [packet.destination];
  const ports = destinationPorts(packet.destinationPort, to.ports);
  if (addresses.length * ports.length > MOST_CHOICES) return null;
  return addresses.flatMap((destination) =>
    ports.map((destinationPort) => ({ ...packet, destination, destinationPort })),
  );
}

/** One address more than are followed, where there are more. */
function addressesOf({ addresses }: Translation): Ip[] | null {
  if (!addresses) return null;
  const { first, last } = addresses;
  const all: Ip[] = [first];
  for (let ip = ipAfter(first); ip && ip.value <= last.value; ip = ipAfter(ip)) {
    if (all.push(ip) > MOST_CHOICES) break;
  }
  return all;
}

/**
 * A port that lies in the range stays. Without `random` the first free one is taken, and a first
 * connection finds none taken; kernels 5.17 to 6.7 drew one (nf_nat_l4proto_unique_tuple, Linux
 * 6.18; commit "netfilter: nat: restore default DNAT behavior", also in the stable releases).
 */
function destinationPorts(port: Packet['destinationPort'], range: PortRange | null) {
  if (port === null || !range || (port !== undefined && inPorts(range, port))) return [port];
  if (!range.random) return [range.first];
  const count = Math.min(range.last - range.first, MOST_CHOICES) + 1;
  return Array.from({ length: count }, (_, offset) => range.first + offset);
}

/** null: there are too many to follow each. */
function newSources(packet: Packet, to: Translation | 'unknown'): Packet[] | null {
  if (to === 'unknown') return null;
  const { ports } = to;
  const port = packet.sourcePort;
  const isKept = port === null || !ports || (port !== undefined && inPorts(ports, port));
  const newPort = ports?.first === ports?.last ? ports?.first : undefined;
  const addresses = addressesOf(to) ?? [packet.source];
  if (addresses.length > MOST_CHOICES) return null;
  return addresses.map((source) => ({ ...packet, source, sourcePort: isKept ? port : newPort }));
}

/** Whether a port may stay as it is. */
function inPorts({ first, last, random }: PortRange, port: number): boolean {
  return first <= port && port <= last && (!random || first === last);
}

function sameEnds(a: Packet, b: Packet): boolean {
  return (
    a.source.value === b.source.value &&
    a.destination.value === b.destination.value &&
    a.sourcePort === b.sourcePort &&
    a.destinationPort === b.destinationPort
  );
}

/** What is left of a hook once its NAT is set up. */
function afterNatEnd(rest: readonly HookEntry[]): readonly HookEntry[] {
  return rest.slice(rest.indexOf(NAT_END) + 1);
}

function rangeText({ addresses, ports }: Translation): string {
  const address = addresses ? span(addresses.first.text, addresses.last.text) : '';
  return ports ? `to ${address}:${span(ports.first, ports.last)}` : `to ${address}`;
}

function span(first: string | number, last: string | number): string {
  return first === last ? `${first}` : `${first}-${last}`;
}
