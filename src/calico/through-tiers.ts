import type { ReadyTier, Stage } from './endpoint-policies.ts';
import type { Packet } from './packet.ts';
import { type Policy, policyName } from './policies.ts';
import { type Decision, firstOf, type Verdict } from './verdict.ts';

/**
 * What the tiers make of the packet, the policies of each in order, the rules of each in order. What none
 * takes is denied at the end of a tier where that is the tier's default, but before and without connection
 * tracking, where what comes later decides.
 */
export function throughTiers(
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
  const open: Decision[] = [];
  for (const { policy, rules } of tier.policies) {
    for (const [index, rule] of rules.entries()) {
      const matches = rule.action === 'Log' ? 'no' : rule.matches(packet);
      if (matches === 'no') continue;
      const decided = () =>
        rule.action === 'Pass' ? next() : byRule(rule.action === 'Allow', policy, index + 1, stage);
      open.push({ matches, decided });
      if (matches === 'yes') return firstOf(open, next);
    }
  }
  return firstOf(open, () => (deniesAtEnd ? atTiersEnd(tier, stage) : next()));
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

function once<T>(make: () => T): () => T {
  let made: { value: T } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}
