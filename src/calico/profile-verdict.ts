import type { AddressSets } from './address-sets.ts';
import { DEFAULT_ALLOW, type Direction } from './endpoint-policies.ts';
import type { HostEndpoint } from './objects.ts';
import type { Packet } from './packet.ts';
import type { CalicoObjects } from './read-objects.ts';
import { readyRule } from './rule-match.ts';
import { allowed, type Decision, denied, firstOf, unknown, type Verdict } from './verdict.ts';

/**
 * What the endpoint's profiles make of it, in order; what none allows is denied. A profile that does not
 * exist denies everything (DummyDropRules, felix/calc/active_rules_calculator.go, 3.28).
 */
export function profileVerdict(
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
  return firstOf(rules, () =>
    denied(`HostEndpoint ${endpoint.metadata.name} has no policy for it, and ${which}`),
  );
}

function profileRules(
  objects: CalicoObjects,
  name: string,
  packet: Packet,
  direction: Direction,
  sets: AddressSets,
): Decision[] {
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
