import { type Ip, type IpRange, parseRange } from '../net/ip.ts';
import type { AddressSets } from './address-sets.ts';
import { agentSettings, isFailsafe } from './agent-settings.ts';
import type { Answer } from './answer.ts';
import { type Direction, endpointPolicies } from './endpoint-policies.ts';
import { type Governing, governingEndpoint, type Place } from './governing-endpoint.ts';
import type { HostEndpoint } from './objects.ts';
import type { Packet } from './packet.ts';
import { profileVerdict } from './profile-verdict.ts';
import type { CalicoObjects } from './read-objects.ts';
import { throughTiers } from './through-tiers.ts';
import { allowed, either, unknown, type Verdict } from './verdict.ts';

/** Where a packet goes through an interface. */
export interface Passage {
  direction: Direction;
  /** To or from a process of the node itself, or through the node, as to and from pods. */
  through: 'host' | 'forward';
  /** As it is before kube-proxy changes its destination. */
  packet: Packet;
  /** Where it goes after that; null: not known. Absent: it is not changed. */
  after?: { destination: Ip; port: number } | null;
}

/** An interface, ready to be asked about packets. */
export interface Judge {
  /** The endpoints of the interface, or why they are not known. */
  governing: Governing | { unknown: string };
  /** The ranges of sources that are told apart there. */
  sources: readonly IpRange[];
  judge(passage: Passage): Verdict;
}

/**
 * Makes an interface ready. The agent's chains are followed (felix/rules/endpoints.go and static.go, 3.28 and
 * 3.32; docs.tigera.io/calico/latest/reference/host-endpoints/summary): in raw untracked policies, of an endpoint
 * that is for this interface alone; in mangle preDNAT ones, for incoming packets; then in filter those with
 * applyOnForward for a packet that goes through, all that are neither untracked nor preDNAT for one of the node
 * itself, and the profiles. Failsafe ports go before each of these but the forwarded packets' ones. Connections that
 * are established are let through.
 */
export function judgeOf(objects: CalicoObjects, place: Place, sets: AddressSets): Judge {
  const governing = governingEndpoint(objects, place);
  const settings = agentSettings(objects, place.node);
  const policiesOf = (endpoint: HostEndpoint | null | undefined) =>
    endpoint ? endpointPolicies(objects, endpoint, sets) : null;
  const isKnown = !('unknown' in governing);
  const policies = isKnown ? policiesOf(governing.endpoint) : null;
  // Where an endpoint for this interface has no preDNAT policies, those of the one for all hold:
  // only interfaces with some are in the chain that leads to them (updateHostEndpoints,
  // felix/dataplane/linux/endpoint_mgr.go, 3.28).
  const before = policies?.has('preDNAT')
    ? policies
    : policiesOf(isKnown ? governing.forAll : null);
  const unread = objects.unread.find(({ resource }) => resource === 'felixconfigurations');

  function judge(passage: Passage): Verdict {
    if ('unknown' in governing) return unknown(governing.unknown);
    const { endpoint, by } = governing;
    if (!endpoint || !policies) return allowed('no host endpoint governs this interface');
    if (settings.bpf) return unknown("Calico's agent works with eBPF, whose rules are others");
    const why = policies.unknown ?? (before === policies ? null : before?.unknown);
    if (why) return unknown(why);
    const { direction, through } = passage;
    const changed = afterwards(passage);
    const failsafe = (packet: Packet): Answer =>
      unread
        ? { unknown: `failsafe ports: ${unread.reason}` }
        : direction === 'ingress'
          ? isFailsafe(settings.failsafeInbound, packet, packet.source)
          : isFailsafe(settings.failsafeOutbound, packet, packet.destination);

    const profiles = () => profileVerdict(objects, endpoint, changed, direction, sets);
    const normal = () =>
      either(
        failsafe(changed),
        () => failsafeVerdict(changed),
        () => throughTiers(policies.tiers('normal', direction), 'normal', changed, profiles),
      );
    const forward = () => {
      const tiers = policies.tiers('forward', direction);
      if (tiers.length === 0)
        return allowed(`HostEndpoint ${endpoint.metadata.name} ${LETS_THROUGH}`);
      return throughTiers(tiers, 'forward', changed, () => {
        const passed = allowed('every tier passes it on');
        const mayBeNormal = direction === 'egress' && passage.after !== undefined;
        return mayBeNormal ? either({ unknown: PASSED_OUT }, normal, () => passed) : passed;
      });
    };
    const last = through === 'host' ? normal : forward;
    const preDnat = () => {
      if (direction === 'egress' || !before?.has('preDNAT')) return last();
      return either(failsafe(passage.packet), last, () =>
        throughTiers(before.tiers('preDNAT', 'ingress'), 'preDNAT', passage.packet, last),
      );
    };
    const isOutOfHost = direction === 'egress' && through === 'forward';
    if (by === 'all' || isOutOfHost || !policies.has('untracked')) return preDnat();
    return either(failsafe(passage.packet), preDnat, () =>
      throughTiers(policies.tiers('untracked', direction), 'untracked', passage.packet, preDnat),
    );
  }
  const sources = [
    ...(policies?.sources ?? []),
    ...(before?.sources ?? []),
    ...settings.failsafeInbound.flatMap(({ net }) => (net && parseRange(net)) || []),
    ...sets.podRanges,
  ];
  return { governing, sources, judge };
}

const LETS_THROUGH = 'has no policy with applyOnForward: what goes through the node is let through';

/**
 * A packet that no rule marked as accepted, and that kube-proxy accepts because it changed it, meets those
 * policies once more (StaticManglePostroutingChain, felix/rules/static.go, 3.28).
 */
const PASSED_OUT = 'policies for what the node itself sends may be asked, too';

/** The packet with the destination that kube-proxy gives it. */
function afterwards({ packet, after }: Passage): Packet {
  if (after === undefined) return packet;
  return {
    ...packet,
    destination: after?.destination ?? null,
    destinationPort: after?.port ?? null,
  };
}

function failsafeVerdict({ destinationPort }: Packet): Verdict {
  return allowed(`port ${destinationPort} is one of the failsafe ports`);
}
