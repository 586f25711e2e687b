import { GUARDED_LABEL } from '../../../calico/change.ts';
import { isOurs } from '../../../calico/guard-mark.ts';
import { globalPolicy } from '../../../calico/policies.ts';
import type { Selector } from '../../../calico/selector.ts';
import type { ClusterCheck } from '../../check.ts';
import { withoutCalico } from '../../facts/calico-places.ts';

/** The label comes and goes with guards, and so does what such a policy holds for. */
export const policySelectsOurLabel: ClusterCheck = {
  code: 'EXT506',
  title: "a policy selects host endpoints by extip's label",
  severity: 'warning',
  reads: ['globalnetworkpolicies'],
  ofNodes: [],
  standsInPart: true,
  skips: withoutCalico,
  find: (_, { calico }) =>
    calico.globalPolicies
      .filter((policy) => !isOurs(policy) && asksForLabel(globalPolicy(policy).selector))
      .map(({ metadata, spec }) => ({
        object: `globalnetworkpolicy/${metadata.name}`,
        message: `GlobalNetworkPolicy ${metadata.name} goes by the label ${GUARDED_LABEL}, which extip puts on and takes off: it holds wherever there is a guard, and no longer than that`,
        evidence: [`GlobalNetworkPolicy ${metadata.name}: selector: ${spec.selector}`],
        fix: { advice: 'select by a label of your own' },
      })),
};

function asksForLabel(selector: Selector | { message: string }): boolean {
  if ('message' in selector) return false;
  if ('label' in selector) return selector.label === GUARDED_LABEL;
  if (!('of' in selector)) return false;
  return Array.isArray(selector.of)
    ? selector.of.some(asksForLabel)
    : asksForLabel(selector.of as Selector);
}
