import { type Ip, type IpRange, parseRange } from '../net/ip.ts';
import type { AddressSets } from './address-sets.ts';
import { type Deciders, decidersOf, whyNotKnown } from './deciders.ts';
import type { Direction } from './endpoint-policies.ts';
import type { Place } from './governing-endpoint.ts';
import type { Packet } from './packet.ts';
import { profileVerdict } from './profile-verdict.ts';
import type { CalicoObjects } from './read-objects.ts';
import { throughTiers } from './through-tiers.ts';
import { throughTunnels } from './tunnels.ts';
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
export interface Judge extends Deciders {
  /** The ranges of sources that are told apart there. */
  readonly sources: readonly IpRange[];
  judge(passage: Passage): Verdict;
}

/**
 * Makes an interface ready. The agent's chains are followed (felix/rules/endpoints.go and static.go, 3.28 and
 * 3.32; docs.tigera.io/calico/latest/reference/host-endpoints/summary): in raw untracked policies, of an endpoint
 * that is for this interface alone; in mangle preDNAT ones, for incoming packets; then in filter those with
 * applyOnForward for a packet that goes through, all that are neither untracked nor preDNAT for one of the node
 * itself, and the profiles. Failsafe ports go before each of these but the forwarded packets' ones, and before those for
 * the node itself what Calico's nodes send each other in tunnels. Connections that are established are let through.
 */
export function judgeOf(objects: CalicoObjects, place: Place, sets: AddressSets): Judge {
  const deciders = decidersOf(objects, place, sets);
  const { governing, policies, before, settings, profiles, failsafe } = deciders;
  const why = whyNotKnown(deciders);

  function judge(passage: Passage): Verdict {
    if (why !== null) return unknown(why);
    const { direction, through } = passage;
    const changed = afterwards(passage);
    const pastTunnels = (next: () => Verdict) =>
      throughTunnels(settings.tunnels, sets.hosts, { direction, packet: changed }, next);
    if ('unknown' in governing || !governing.endpoint || !policies) {
      const open = () => allowed('no host endpoint governs this interface');
      return through === 'host' ? pastTunnels(open) : open();
    }
    const { endpoint, by } = governing;
    const normal = () =>
      either(
        failsafe(direction, changed),
        () => failsafeVerdict(changed),
        () =>
          throughTiers(policies.tiers('normal', direction), 'normal', changed, () =>
            profileVerdict(endpoint, profiles(direction), changed),
          ),
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
    const last = through === 'host' ? () => pastTunnels(normal) : forward;
    const preDnat = () => {
      if (direction === 'egress' || !before?.has('preDNAT')) return last();
      return either(failsafe(direction, passage.packet), last, () =>
        throughTiers(before.tiers('preDNAT', 'ingress'), 'preDNAT', passage.packet, last),
      );
    };
    const isOutOfHost = direction === 'egress' && through === 'forward';
    if (by === 'all' || isOutOfHost || !policies.has('untracked')) return preDnat();
    return either(failsafe(direction, passage.packet), preDnat, () =>
      throughTiers(policies.tiers('untracked', direction), 'untracked', passage.packet, preDnat),
    );
  }
  return {
    ...deciders,
    get sources() {
      return [
        ...(policies?.sources ?? []),
        ...(before?.sources ?? []),
        ...profiles('ingress').flatMap(({ rule }) => rule?.source.ranges ?? []),
        ...settings.failsafeInbound.flatMap(({ net }) => (net && parseRange(net)) || []),
        ...sets.podRanges,
        ...deciders.tunnelPeers,
      ];
    },
    judge,
  };
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
