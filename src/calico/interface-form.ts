import { hexDigest } from '../net/hex-digest.ts';
import { type Ip, parseRange } from '../net/ip.ts';
import { oncePer } from '../once-per.ts';
import { type Deciders, whyNotKnown } from './deciders.ts';
import type { Direction, EndpointPolicies, ReadyTier, Stage } from './endpoint-policies.ts';
import type { Rule } from './objects.ts';
import type { Policy } from './policies.ts';
import type { ProfileStep } from './profile-verdict.ts';
import type { ReadyRule } from './rule-match.ts';

const BOTH = ['ingress', 'egress'] as const;

/**
 * What decides at an interface, as a text: where it is the same at one, before and after a change, no packet
 * that is not addressed to `ip` is decided otherwise. An interface without an endpoint is as one whose endpoint
 * has no policy and a profile that allows everything; preDNAT policies for `ip` alone are left out.
 */
export function formOf(deciders: Deciders, ip: Ip): string {
  const why = whyNotKnown(deciders);
  if (why !== null) return `not known: ${why}`;
  const { governing, policies, before, profiles } = deciders;
  const isForAll = 'unknown' in governing || governing.by === 'all';
  const tiers = (of: EndpointPolicies | null, stage: Stage, direction: Direction) =>
    of ? tiersForm(of.tiers(stage, direction), stage, ip) : [];
  return hexDigest(
    JSON.stringify([
      BOTH.map((direction) => (isForAll ? [] : tiers(policies, 'untracked', direction))),
      tiers(before, 'preDNAT', 'ingress'),
      BOTH.map((direction) => tiers(policies, 'forward', direction)),
      BOTH.map((direction) => tiers(policies, 'normal', direction)),
      BOTH.map((direction) => (policies ? profilesForm(profiles(direction)) : [keyOf(ALLOW)])),
    ]),
  );
}

/** Whether the policy decides of packets to this address alone, and lets all others past. */
export function isOnlyFor({ hook, ingress }: Policy, ip: Ip): boolean {
  if (hook !== 'preDNAT') return false;
  return (ingress ?? []).every(({ destination }) => {
    const nets = (destination?.nets ?? []).map(parseRange);
    return (
      nets.length > 0 &&
      nets.every((range) => range?.first.text === ip.text && range.last.text === ip.text)
    );
  });
}

function tiersForm(tiers: readonly ReadyTier[], stage: Stage, ip: Ip) {
  const isOpenAtEnd = stage === 'untracked' || stage === 'preDNAT';
  return tiers
    .map(({ policies, passesAtEnd }) => ({
      passes: isOpenAtEnd || passesAtEnd,
      rules: policies
        .filter(({ policy }) => !isOnlyFor(policy, ip))
        .flatMap(({ rules }) => rules.map(ruleForm)),
    }))
    .filter(({ rules }) => !isOpenAtEnd || rules.length > 0);
}

/** Up to the first that decides of all; what is there twice does nothing the second time. */
function profilesForm(steps: readonly ProfileStep[]): string[] {
  const forms = steps.map(({ rule, verdict }) => {
    if (rule) return ruleForm(rule);
    if (verdict.outcome === 'unknown') return verdict.reason;
    return keyOf(verdict.outcome === 'allowed' ? ALLOW : DENY);
  });
  const last = forms.findIndex((form) => form === keyOf(ALLOW) || form === keyOf(DENY));
  return [...new Set(last < 0 ? forms : forms.slice(0, last + 1))];
}

const ALLOW: Rule = { action: 'Allow' };
const DENY: Rule = { action: 'Deny' };

/** With the addresses that its selectors stand for; its nets are in its text. */
const ruleForm = oncePer(({ rule, source, destination }: ReadyRule) => {
  const selected = [source, destination].map((end) =>
    end.selected.map(({ first, last }) => `${first.text}-${last.text}`).join(),
  );
  return keyOf(rule, selected);
});

function keyOf(rule: Rule, selected: readonly string[] = ['', '']): string {
  return hexDigest(JSON.stringify([rule, selected], withoutNothing));
}

/** Calico's API writes ends that say nothing into every rule. */
function withoutNothing(key: string, value: unknown): unknown {
  if (key === 'metadata' || value === null) return undefined;
  const isEnd = key === 'source' || key === 'destination';
  return isEnd && Object.keys(value as object).length === 0 ? undefined : value;
}
