import { ANYWHERE, type Flow, type Verdict } from './explanation.ts';

/** What becomes of a packet and its answer, as a text: equal ones are told once. */
export function fateOf(flow: Flow): string {
  const { verdict, reply, backends, lost, masquerade, untouched, undetermined } = flow;
  return JSON.stringify([
    verdictKey(verdict),
    reply && verdictKey(reply),
    backends,
    lost.map(({ leg, share, inInterface, node, ...loss }) => [
      ...[leg, share, inInterface, node],
      verdictKey(loss),
    ]),
    masquerade,
    untouched,
    undetermined.map(({ fact }) => fact),
  ]);
}

/** In which line of its dump the rule stands is no difference. */
function verdictKey({ outcome, reason, rule }: Verdict) {
  return [outcome, reason, rule && [rule.table, rule.chain, rule.rule]];
}

/**
 * One target's packets of one origin on one node: those of hosts on the segment and elsewhere as one,
 * that of the segment, where the same becomes of them.
 */
export function toldOnce(flows: readonly Flow[]): Flow[] {
  const [first, ...others] = flows;
  if (!first || others.length === 0) return [...flows];
  const isSame = others.every((flow) => fateOf(flow) === fateOf(first));
  return isSame ? [{ ...first, clients: ANYWHERE }] : [...flows];
}
