import assert from 'node:assert/strict';
import { type Ip, parseCidr, parseIp } from '../../../../src/net/ip.ts';
import type { NodeNetwork } from '../../../../src/net/netfilter/node-network.ts';
import { ask, matches } from '../../../../src/net/netfilter/questions.ts';
import {
  type Answer,
  type BaseChain,
  type Chain,
  type Hook,
  type Rule,
  type Step,
  type Table,
  type Translation,
  unknown,
  type Verdict,
} from '../../../../src/net/netfilter/rules.ts';

/** A rule of hand-made steps. */
export function rule(...steps: Step[]): Rule {
  return named('rule', ...steps);
}

export function named(text: string, ...steps: Step[]): Rule {
  return { text, line: 1, counters: null, comment: null, steps };
}

export interface ChainMaker {
  name: string;
  rules: readonly Rule[];
  base?: Omit<BaseChain, 'name'>;
}

export function base(
  hook: Hook,
  type: BaseChain['type'],
  priority: number,
  rules: readonly Rule[],
  policy: BaseChain['policy'] = 'accept',
): ChainMaker {
  return { name: hook.toUpperCase(), rules, base: { hook, type, priority, policy } };
}

export function chain(name: string, ...rules: Rule[]): ChainMaker {
  return { name, rules };
}

export function table(
  name: string,
  chains: readonly ChainMaker[],
  variant: Table['variant'] = 'iptables-nft',
): Table {
  const byName = new Map(chains.map((it) => [it.name, chainOf(it)]));
  return {
    variant,
    family: 'ip',
    name,
    baseChains: chains.flatMap((it) => (it.base ? [{ name: it.name, ...it.base }] : [])),
    chain: (name) => byName.get(name),
  };
}

function chainOf({ name, rules }: ChainMaker): Chain {
  return {
    name,
    size: rules.length,
    rule: (index) => rules[index] ?? assert.fail(`no rule ${index} in ${name}`),
  };
}

export function filter(hook: Hook, rules: readonly Rule[], policy: BaseChain['policy'] = 'accept') {
  return base(hook, 'filter', 0, rules, policy);
}

export function nat(hook: Hook, rules: readonly Rule[]) {
  const isSource = hook === 'postrouting' || hook === 'input';
  return base(hook, 'nat', isSource ? 100 : -100, rules);
}

/** A step that gives the same answer to every packet. */
export function always(answer: Answer): Step {
  return () => answer;
}

const verdict = (verdict: Verdict): Step => always({ kind: 'verdict', verdict });

export const accept = verdict({ kind: 'accept' });
export const drop = verdict({ kind: 'drop' });
export const goBack = verdict({ kind: 'return' });
export const rejectWith = (kind: string): Step => verdict({ kind: 'reject', with: kind });
export const reject = rejectWith('icmp-port-unreachable');
export const jump = (chain: string): Step => verdict({ kind: 'jump', chain });
export const goto = (chain: string): Step => verdict({ kind: 'goto', chain });
export const masquerade = verdict({ kind: 'masquerade', ports: null });
export const redirect = (port: number): Step =>
  verdict({ kind: 'redirect', ports: { first: port, last: port } });
export const dnat = (to: string): Step => verdict({ kind: 'dnat', to: translation(to) });
export const snat = (to: string): Step => verdict({ kind: 'snat', to: translation(to) });

/** `ADDRESS`, `FIRST-LAST`, of IPv6 in brackets, either with `:PORT` or `:PORT-PORT`. */
function translation(text: string): Translation {
  const [, in6, in4, ports] = /^(?:\[(.*)\]|([^:]*))(?::(.*))?$/.exec(text) ?? [];
  const addresses = in6 ?? in4 ?? '';
  const [first = '', last = first] = addresses.split('-');
  const [firstPort, lastPort = firstPort] = ports?.split('-').map(Number) ?? [];
  return {
    addresses: { first: ip(first), last: ip(last) },
    ports:
      firstPort === undefined || lastPort === undefined
        ? null
        : { first: firstPort, last: lastPort },
    persistent: false,
  };
}

export function setMark(mark: number): Step {
  return (packet) => ({
    kind: 'change',
    action: 'mark',
    effect: `mark ${mark}`,
    packet: { ...packet, mark },
  });
}

/** The mark so far, shifted, with this bit: every way has a mark of its own. */
export function addMark(number: number): Step {
  return (packet) => ({
    kind: 'change',
    action: 'mark',
    effect: `bit ${number}`,
    packet: { ...packet, mark: packet.mark + 2 ** number },
  });
}

export const notrack: Step = (packet) => ({
  kind: 'change',
  action: 'notrack',
  effect: 'untracked',
  packet: { ...packet, connection: { ...packet.connection, state: 'untracked' } },
});

export const marked =
  (mark: number): Step =>
  (packet) =>
    packet.mark === mark;

export const inState =
  (...states: string[]): Step =>
  (packet) =>
    states.includes(packet.connection.state);

export const to =
  (address: string): Step =>
  (packet) =>
    packet.destination.text === address;

export const from =
  (address: string): Step =>
  (packet) =>
    packet.source.text === address;

export const nobodyKnows = (text: string): Step => always(unknown({ text, settledBy: null }));
/** A fact of the packet itself, which the answer to it does not share. */
export const unmodelled = (match: string): Step => always(ask(matches(match)));

/** True for this share of packets. */
export function share(share: number): Step {
  return always({
    kind: 'fork',
    question: null,
    branches: [
      { answer: 'yes', share, gives: true },
      { answer: 'no', share: 1 - share, gives: false },
    ],
  });
}

export function ip(text: string): Ip {
  return parseIp(text) ?? assert.fail(`not an address: ${text}`);
}

export function prefix(text: string): { ip: Ip; prefix: number } {
  const cidr = parseCidr(text) ?? assert.fail(`not a prefix: ${text}`);
  return { ip: cidr.first, prefix: cidr.prefix };
}

/** A node of which nothing is known. */
export const UNKNOWN_NODE: NodeNetwork = {
  interfaces: undefined,
  routes: undefined,
  rules: undefined,
  sysctls: new Map(),
  ipsets: new Map(),
};
