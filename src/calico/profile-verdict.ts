import type { AddressSets } from './address-sets.ts';
import { DEFAULT_ALLOW, type Direction } from './endpoint-policies.ts';
import type { HostEndpoint } from './objects.ts';
import type { Packet } from './packet.ts';
import type { CalicoObjects } from './read-objects.ts';
import { type ReadyRule, readyRule } from './rule-match.ts';
import { allowed, denied, firstOf, unknown, type Verdict } from './verdict.ts';

/** What a profile makes of packets. */
export interface ProfileStep {
  /** Of which packets; null: of all that come so far. */
  rule: ReadyRule | null;
  verdict: Verdict;
}

/**
 * What the endpoint's profiles make of it, in order; what none allows is denied. A profile that does not
 * exist denies everything (DummyDropRules, felix/calc/active_rules_calculator.go, 3.28).
 */
export function profileVerdict(
  { metadata, spec }: HostEndpoint,
  steps: readonly ProfileStep[],
  packet: Packet,
): Verdict {
  const names = spec.profiles ?? [];
  const which =
    names.length === 0 ? 'no profile' : `no profile that allows it (${names.join(', ')})`;
  const decisions = steps.map(({ rule, verdict }) => ({
    matches: rule ? rule.matches(packet) : ('yes' as const),
    decided: () => verdict,
  }));
  return firstOf(decisions, () =>
    denied(`HostEndpoint ${metadata.name} has no policy for it, and ${which}`),
  );
}

/** The rules of the endpoint's profiles for a direction, in order. */
export function profileSteps(
  objects: CalicoObjects,
  endpoint: HostEndpoint,
  direction: Direction,
  sets: AddressSets,
): ProfileStep[] {
  const names = endpoint.spec.profiles ?? [];
  return names.flatMap((name) => stepsOf(objects, name, direction, sets));
}

function stepsOf(
  objects: CalicoObjects,
  name: string,
  direction: Direction,
  sets: AddressSets,
): ProfileStep[] {
  const always = (verdict: Verdict) => [{ rule: null, verdict }];
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
      rule: readyRule(rule, null, sets),
      verdict: isAllow ? allowed(says) : denied(says),
    };
  });
}
