import { type Ip, type IpRange, parseRange } from '../net/ip.ts';
import type { AddressSets } from './address-sets.ts';
import { agentSettings, isFailsafe } from './agent-settings.ts';
import type { Answer } from './answer.ts';
import {
  DEFAULT_ALLOW,
  type Direction,
  endpointPolicies,
  type ReadyTier,
  type Stage,
} from './endpoint-policies.ts';
import { type Governing, governingEndpoint, type Place } from './governing-endpoint.ts';
import type { HostEndpoint } from './objects.ts';
import type { Packet } from './packet.ts';
import { type Policy, policyName } from './policies.ts';
import type { CalicoObjects } from './read-objects.ts';
import { readyRule } from './rule-match.ts';

/** What becomes of a packet at an interface, as far as Calico's host endpoints go. */
export interface Verdict {
  outcome: 'allowed' | 'denied' | 'unknown';
  /** The policy that decides; null: something else does. */
  policy: Pick<Policy, 'kind' | 'name' | 'namespace' | 'tier'> | null;
  /** The number of its rule, the first being 1; null: none of them, but that the tier ends. */
  rule: number | null;
  stage: Stage | null;
  /** In words, with the name of what decides. */
  reason: string;
}

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
      if (tiers.length === 0) return allowed(`${nameOf(endpoint)} ${LETS_THROUGH}`);
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

/**
 * What the tiers make of the packet, the policies of each in order, the rules of each in order. What none
 * takes is denied at the end of a tier where that is the tier's default, but before and without connection
 * tracking, where what comes later decides.
 */
function throughTiers(
  tiers: readonly ReadyTier[],
  stage: Stage,
  packet: Packet,
  atEnd: () => Verdict,
): Verdict {
  const [tier, ...later] = tiers;
  if (!tier) return atEnd();
  // Several rules may lead there.
  const next = once(() => throughTiers(later, stage, packet, atEnd));
  const deniesAtEnd = (stage === 'normal' || stage === 'forward') && !tier.passesAtEnd;
  const rules = tier.policies.flatMap(({ policy, rules }) =>
    rules.map((rule, index) => ({ rule, policy, number: index + 1 })),
  );
  const open: { matches: Answer; decided: () => Verdict }[] = [];
  for (const { rule, policy, number } of rules) {
    const matches = rule.action === 'Log' ? 'no' : rule.matches(packet);
    if (matches === 'no') continue;
    const decided = () =>
      rule.action === 'Pass' ? next() : byRule(rule.action === 'Allow', policy, number, stage);
    open.push({ matches, decided });
    if (matches === 'yes') break;
  }
  return firstOf(open, () => (deniesAtEnd ? atTiersEnd(tier, stage) : next()));
}

/** What the first rule that matches decides, of which at most the last one is known to; else what is behind them. */
function firstOf(
  rules: readonly { matches: Answer; decided: () => Verdict }[],
  behind: () => Verdict,
): Verdict {
  return rules.reduceRight<() => Verdict>((later, { matches, decided }) => {
    const verdict = either(matches, decided, later);
    return () => verdict;
  }, behind)();
}

/** Follows both ways where it is not known which; they must come to the same. */
function either(answer: Answer, ifYes: () => Verdict, ifNo: () => Verdict): Verdict {
  if (answer === 'yes') return ifYes();
  if (answer === 'no') return ifNo();
  const [yes, no] = [ifYes(), ifNo()];
  if (yes.outcome === no.outcome) return no;
  return { ...yes, outcome: 'unknown', reason: answer.unknown };
}

function byRule(allows: boolean, policy: Policy, rule: number, stage: Stage): Verdict {
  const { kind, name, namespace, tier } = policy;
  return {
    outcome: allows ? 'allowed' : 'denied',
    policy: { kind, name, namespace, tier },
    rule,
    stage,
    reason: `${policyName(policy)} ${allows ? 'allows' : 'denies'} it (rule ${rule})`,
  };
}

function atTiersEnd({ name, policies }: ReadyTier, stage: Stage): Verdict {
  const last = policies.at(-1)?.policy;
  const { kind, name: policy = '', namespace = null, tier = name } = last ?? {};
  return {
    outcome: 'denied',
    policy: kind ? { kind, name: policy, namespace, tier } : null,
    rule: null,
    stage,
    reason: `no rule of tier ${name} allows it, whose policies for this endpoint are ${policies.map((one) => policyName(one.policy)).join(', ')}`,
  };
}

/**
 * What the endpoint's profiles make of it, in order; what none allows is denied. A profile that does not
 * exist denies everything (DummyDropRules, felix/calc/active_rules_calculator.go, 3.28).
 */
function profileVerdict(
  objects: CalicoObjects,
  endpoint: HostEndpoint,
  packet: Packet,
  direction: Direction,
  sets: AddressSets,
): Verdict {
  const names = endpoint.spec.profiles ?? [];
  const which =
    names.length === 0 ? 'no profile' : `no profile that allows it (${names.join(', ')})`;
  const rules = names.flatMap((name) => profileRules(objects, name, packet, direction, sets));
  return firstOf(rules, () => denied(`${nameOf(endpoint)} has no policy for it, and ${which}`));
}

function profileRules(
  objects: CalicoObjects,
  name: string,
  packet: Packet,
  direction: Direction,
  sets: AddressSets,
): { matches: Answer; decided: () => Verdict }[] {
  const always = (verdict: Verdict) => [{ matches: 'yes' as const, decided: () => verdict }];
  const profile = objects.profiles.find(({ metadata }) => metadata.name === name);
  if (!profile) {
    if (name === DEFAULT_ALLOW) return always(allowed(`profile ${name} allows it`));
    const unread = objects.unread.find(({ resource }) => resource === 'profiles');
    if (unread) return always(unknown(`profile ${name}: ${unread.reason}`));
    // Calico makes these of namespaces and service accounts, and only its own API shows them.
    if (/^(kns|ksa)\./.test(name)) {
      return always(unknown(`profile ${name} is not among what was read`));
    }
    return always(denied(`there is no profile ${name}, and an endpoint that names it is closed`));
  }
  return (profile.spec?.[direction] ?? []).flatMap((rule, index) => {
    if (rule.action === 'Log' || rule.action === 'Pass') return [];
    const isAllow = rule.action === 'Allow';
    const says = `profile ${name} ${isAllow ? 'allows' : 'denies'} it (rule ${index + 1})`;
    return {
      matches: readyRule(rule, null, sets).matches(packet),
      decided: () => (isAllow ? allowed(says) : denied(says)),
    };
  });
}

function failsafeVerdict({ destinationPort }: Packet): Verdict {
  return allowed(`port ${destinationPort} is one of the failsafe ports`);
}

function nameOf({ metadata }: HostEndpoint): string {
  return `HostEndpoint ${metadata.name}`;
}

function allowed(reason: string): Verdict {
  return { outcome: 'allowed', policy: null, rule: null, stage: null, reason };
}

function denied(reason: string): Verdict {
  return { outcome: 'denied', policy: null, rule: null, stage: null, reason };
}

function unknown(reason: string): Verdict {
  return { outcome: 'unknown', policy: null, rule: null, stage: null, reason };
}

function once<T>(make: () => T): () => T {
  let made: { value: T } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}
