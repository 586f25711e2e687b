import type { Flow, Loss, RulePlace, Verdict } from '../explain/explanation.ts';
import { connectionsText } from '../explain/words/share.ts';

/**
 * What becomes of the packet, and of its answer where that does not simply come back; `to`: where it is
 * delivered. Where it depends on facts that are not known, with the flags that would settle it.
 */
export function flowVerdict(flow: Flow, to = ''): string {
  return `${packetVerdict(flow, to)}${answerClause(flow)}`;
}

function packetVerdict({ verdict, undetermined, lost, backends }: Flow, to: string): string {
  const flags = new Set(undetermined.flatMap(({ settledBy }) => settledBy ?? []));
  if (verdict.reason === 'differs' && flags.size > 0) {
    return `undetermined: give ${[...flags].join(' and ')}`;
  }
  const parts = lost.filter(({ leg }) => leg === 'first');
  if (verdict.reason !== 'chance' || parts.length === 0) {
    return `${verdictText(verdict)}${verdict.outcome === 'undetermined' ? '' : to}`;
  }
  const others = backends.length === 0 ? '' : `; the others are delivered${to}`;
  return `${partText(parts, (connections) => `${connections} are`)}${others}`;
}

/** Empty: it comes back, or there is none. */
function answerClause(flow: Flow): string {
  const { verdict, reply } = flow;
  if (!reply || reply.reason === 'answered') return '';
  if (reply.outcome === 'delivered') return '; the answer comes back by another interface';
  const what = verdict.outcome === 'rejected' ? 'refusal' : 'answer';
  if (reply.outcome === 'dropped') return `, but the ${what} is ${verdictText(reply)}`;
  const parts = answersLost(flow);
  if (parts.length === 0) return `; the ${what}: ${verdictText(reply)}`;
  return `, but ${partText(parts, (connections) => `the answers of ${connections} are`)}`;
}

/** Where chance alone decides which answers are lost; else none. */
function answersLost({ reply, lost }: Flow): Loss[] {
  return reply?.reason === 'chance' ? lost.filter(({ leg }) => leg === 'reply') : [];
}

/** What becomes of the answer, by itself. `reply`: the flow's. */
export function answerText(flow: Flow, reply: Verdict): string {
  const parts = answersLost(flow);
  if (parts.length > 0) return partText(parts, (connections) => `for ${connections}`);
  if (reply.reason === 'answered') return 'comes back';
  return reply.outcome === 'delivered' ? 'comes back by another interface' : verdictText(reply);
}

/** e.g. `half of the connections are dropped: a rule of filter FORWARD (line 4)`. */
function partText(parts: readonly Loss[], whose: (connections: string) => string): string {
  const share = parts.reduce((sum, part) => sum + (part.share ?? 0), 0);
  return `${whose(connectionsText(share))} ${lossesText(parts)}`;
}

function lossesText(parts: readonly Loss[]): string {
  const [first, ...others] = parts;
  if (first && others.length === 0) {
    return `${verdictText(first)}${first.node === null ? '' : ` on ${first.node}`}`;
  }
  const outcomes = [...new Set(parts.map(({ outcome }) => outcome))].sort();
  const isByRules = parts.every(({ rule }) => rule !== null);
  return `${outcomes.join(' or ')}: ${isByRules ? 'by rules' : REASONS.various}`;
}

/** What decides: a rule's text, and, where several things lose packets, what each of them loses. */
export interface Deciding {
  says: string | null;
  rule: string | null;
}

/** What decides about the packet or its answer, the largest share first. */
export function decidingOf({ verdict, lost }: Flow): Deciding[] {
  const [only, ...others] = lost;
  if (others.length > 0) {
    return lost
      .toSorted((a, b) => (b.share ?? 0) - (a.share ?? 0))
      .map((loss) => ({ says: lossText(loss), rule: loss.rule?.rule ?? null }));
  }
  if (only && only.node !== null) {
    return [{ says: lossText(only), rule: only.rule?.rule ?? null }];
  }
  const rule = (verdict.rule ?? only?.rule)?.rule ?? null;
  return rule === null ? [] : [{ says: null, rule }];
}

function lossText({ leg, share, node, purpose, ...verdict }: Loss): string {
  const connections = share === null ? 'some connections' : connectionsText(share);
  const what = `${leg === 'reply' ? 'the answers of ' : ''}${connections}: ${verdictText(verdict)}`;
  return `${node === null ? '' : `on ${node}: `}${what}${purpose === null ? '' : `: ${purpose}`}`;
}

/** The rules that decide about the packet (`first`), or about the answer. */
export function decidingRules({ verdict, reply, lost }: Flow, leg: Loss['leg']): RulePlace[] {
  const own = leg === 'first' ? verdict.rule : (reply?.rule ?? null);
  const all = [
    own,
    ...lost.map((loss) => (loss.leg === leg && loss.node === null ? loss.rule : null)),
  ];
  return all.filter((rule) => rule !== null);
}

/** Outcome and reason, where the outcome does not say it all. */
export function verdictText({ outcome, reason, rule }: Verdict): string {
  if (rule) {
    const what = rule.rule === null ? 'the policy of' : 'a rule of';
    const where = rule.file === null ? '' : ` of ${rule.file.replace(/\.txt$/, '')}`;
    // JSON is one line.
    const isPlaced = rule.line !== null && rule.file !== 'nft.json';
    const line = isPlaced ? ` (line ${rule.line}${where})` : '';
    const because = outcome === 'undetermined' ? `${REASONS[reason] ?? reason}, ` : '';
    return `${outcome}: ${because}${what} ${rule.table} ${rule.chain}${line}`;
  }
  const words = REASONS[reason] ?? reason;
  return words === '' ? outcome : `${outcome}: ${words}`;
}

/** Why it came to that; empty: the outcome says it. */
const REASONS: Readonly<Record<string, string>> = {
  dnat: '',
  answered: '',
  rule: 'by rules',
  policy: 'by the policies of chains',
  'local-address': 'the node itself has this address',
  routed: 'the node routes it on',
  'martian-source': 'no packet from outside may have this source',
  'martian-destination': 'no packet from outside may have this destination',
  'reverse-path': 'the node would answer by another interface (rp_filter)',
  'no-way-back': 'the node has no route back (rp_filter)',
  'forwarding-disabled': 'the node does not forward',
  'no-route': 'the node has no route',
  multicast: 'the node does not listen to this group',
  'no-address-for-nat': 'there is no address to translate it to',
  loop: 'the rules go in circles',
  'missing-chain': 'the dump lacks a chain that a rule leads to',
  'too-many-branches': 'there are too many ways to follow',
  queue: 'a program decides',
  stolen: 'it is handed on, and what happens then is not in the rules',
  'address-unknown': 'the translated address is not known',
  'routing-rule': 'a routing rule is not understood',
  ipvs: 'IPVS serves Services on this node, and it is not in the rules',
  ebpf: 'eBPF programs serve Services on this node, and they are not in the rules',
  'no-holder': 'no node has the address, and nobody answers for it',
  'silent-holder': 'the node that has the address does not answer for it',
  'next-node': 'on the next node',
  'holder-unknown': 'which node has the address is not known',
  'rules-unknown': "the node's rules were not read",
  differs: 'it depends on what is not known',
  chance: 'it depends on chance',
  asymmetric: 'it comes back by another interface',
  'not-translated': 'it does not come back from the address that was asked',
  various: 'for several reasons',
};
