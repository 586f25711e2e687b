import { foreignRule, isForeign } from '../../../explain/observations/foreign-rule.ts';
import type { ClusterCheck } from '../../check.ts';
import { firstLines } from '../../facts/first-lines.ts';
import { lostOn } from '../../facts/lost-flows.ts';
import { observed } from '../../facts/observed.ts';

/** Found by walking the packet: firewalld, ufw, docker's policy, something that somebody made by hand. */
export const foreignDrop: ClusterCheck = {
  code: 'EXT406',
  title: "a rule that is neither kube-proxy's nor Calico's keeps packets out",
  severity: 'error',
  reads: ['services'],
  ofNodes: ['facts', 'rules'],
  standsInPart: true,
  find: (evidence) =>
    observed(foreignRule(evidence), 'error', ({ object }) =>
      firstLines(lostOn(evidence, object.replace(/^node\//, ''), isForeign)),
    ),
};
