import type { Phase } from '../../net/netfilter/walk/result.ts';

/** What the action does, with no knowledge of who wrote the rule; `effect` as the walk gives it. */
const ACTIONS: Readonly<Record<Phase['action'], (effect: string) => string>> = {
  match: () => 'matches, and does nothing to the packet',
  mark: (effect) => `sets the ${effect}`,
  connmark: (effect) => `sets the connection's ${effect}`,
  notrack: () => 'takes the packet from conntrack',
  log: () => 'logs the packet',
  set: (effect) => effect,
  accept: () => 'accepts the packet',
  drop: () => 'drops the packet',
  reject: (effect) => `refuses the packet with ${effect}`,
  jump: (effect) => `goes through ${effect}`,
  goto: (effect) => `goes through ${effect}, and does not come back here`,
  return: () => 'leaves the chain',
  continue: () => 'goes on',
  queue: (effect) => `hands the packet to a program: ${effect}`,
  stolen: (effect) => `takes the packet away: ${effect}`,
  dnat: (effect) => `sends the packet ${effect}`,
  snat: (effect) => `gives the packet another source: ${effect}`,
  masquerade: () => 'gives the packet an address of the node as its source',
  redirect: (effect) => `sends the packet to the node itself ${effect}`,
  'chain-end': () => 'end of the chain',
  policy: (effect) => `policy ${effect}`,
  unknown: (effect) => `not known: ${effect}`,
  balance: () => 'one of several by chance',
  conntrack: (effect) => `conntrack: ${effect}`,
  nat: (effect) => `NAT: ${effect}`,
  route: (effect) => `routing: ${effect}`,
  reroute: (effect) => `routing again: ${effect}`,
  loopback: (effect) => `loopback ${effect}`,
};

/** The action in words, with the conditions of its rule. */
export function plainWords({ action, effect, rule }: Phase): string {
  const words = ACTIONS[action](effect ?? '').trim();
  const isFork = action === 'unknown' || action === 'balance';
  const conditions = rule && !isFork ? conditionsOf(rule.text) : [];
  return conditions.length > 0 ? `${words}: ${conditions.join(', ')}` : words;
}

// What is said most, in the words of those who say it.
const CONDITIONS: readonly [RegExp, (value: string) => string][] = [
  [/(?:^|\s)-s (\S+)/, (value) => `from ${host(value)}`],
  [/(?:^|\s)-d (\S+)/, (value) => `to ${host(value)}`],
  [/(?:^|\s)-i (\S+)/, (value) => `in by ${value}`],
  [/(?:^|\s)-o (\S+)/, (value) => `out by ${value}`],
  [/(?:^|\s)-p (\S+)/, (value) => value],
  [/--sports? (\S+)/, (value) => `source port ${value}`],
  [/--dports? (\S+)/, (value) => `port ${value}`],
  [/--ctstate (\S+)/, (value) => `connection ${value}`],
];

/** The conditions of a rule of iptables' that have short words. */
function conditionsOf(text: string): string[] {
  if (!text.startsWith('-A ')) return [];
  // What stands in quotes is a comment or a prefix.
  const bare = text.replaceAll(/"(?:[^"\\]|\\.)*"/g, '""');
  return CONDITIONS.flatMap(([pattern, words]) => {
    const found = pattern.exec(bare);
    if (!found) return [];
    const [, value = ''] = found;
    const isInverted = bare
      .slice(0, found.index + 1)
      .trimEnd()
      .endsWith('!');
    return [`${isInverted ? 'not ' : ''}${words(value)}`];
  });
}

function host(value: string): string {
  return value.replace(/\/(32|128)$/, '');
}
