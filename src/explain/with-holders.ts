import type { Flow } from './explanation.ts';
import { purposeOf } from './purpose-of.ts';

/**
 * What a node sends on as it is comes to the node that has the address. What becomes of it there is
 * what becomes of packets from outside, as far as is known.
 */
export function withHolders(flows: readonly Flow[]): Flow[] {
  return flows.map((flow) => {
    const { verdict, packet, nodes } = flow;
    if (verdict.outcome !== 'forwarded') return flow;
    const [there, ...others] = flows.filter(
      (it) => it.holder && it.origin === 'external' && isSameTarget(it.packet, packet),
    );
    const [node, ...more] = there?.nodes ?? [];
    // Which of several nodes gets it is chance.
    const isOne = there && others.length === 0 && more.length === 0;
    if (!isOne || node === undefined || nodes.includes(node)) return flow;
    const { verdict: fate, reply, backends } = there;
    return {
      ...flow,
      verdict: { outcome: fate.outcome, reason: 'next-node', rule: null },
      reply: reply && { ...reply, rule: null },
      backends,
      lost: there.lost.map((loss) =>
        loss.node === null ? { ...loss, node, purpose: purposeOf(loss, there) } : loss,
      ),
      sections: flow.sections.map((section) =>
        section.end?.leg === 'first' && section.end.outcome === 'forwarded'
          ? { ...section, end: { ...section.end, outcome: fate.outcome, reason: 'next-node' } }
          : section,
      ),
      assumed: [
        ...flow.assumed,
        {
          fact: `${node} does with it what it does with packets from outside`,
          settledBy: null,
          harmless: false,
        },
      ],
    };
  });
}

function isSameTarget(a: Flow['packet'], b: Flow['packet']): boolean {
  return (
    a.destination === b.destination &&
    a.destinationPort === b.destinationPort &&
    a.protocol === b.protocol
  );
}
