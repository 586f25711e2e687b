import type { DataPath } from '../data-path.ts';
import type { Packet } from '../packet.ts';
import type { Chain, Hook, Question, Rule, Table } from '../rules.ts';

/**
 * A stretch of the way with no fork in it. Ways that come to the same place in the same state share
 * what follows, so sections form a graph without cycles, not a tree.
 */
export interface Section {
  phases: Phase[];
  next: Section | Branching | End;
}

/** The way goes on in one of several branches. */
export interface Branching {
  kind: 'branching';
  /** null: balancing; the shares then add up to 1. */
  question: Question | null;
  branches: readonly { answer: string; share: number | null; to: Section }[];
}

/** Something that happened to the packet. */
export interface Phase {
  /** null: between hooks. */
  hook: Hook | null;
  /** null: the kernel's own doing (conntrack, routing). */
  table: Table | null;
  chain: Chain | null;
  /** null: the end of a chain, or the kernel. `index` counts from 0; the chain's size at its end. */
  rule: Rule | null;
  index: number;
  /** How many rules directly before this one were looked at and did not match. */
  unmatched: number;
  action: Action;
  /** e.g. `mark 0x4000`, `to 10.180.0.1:80`, `out eth0`; null: the action says it all. */
  effect: string | null;
}

export type Action =
  // What rules do.
  | ('match' | 'mark' | 'connmark' | 'notrack' | 'log' | 'set')
  | ('accept' | 'drop' | 'reject' | 'jump' | 'goto' | 'return' | 'continue' | 'queue' | 'stolen')
  | ('dnat' | 'snat' | 'masquerade' | 'redirect')
  // The end of a chain: back to the caller, or the base chain's policy.
  | ('chain-end' | 'policy')
  // A fork within a rule: nobody knows, or balancing.
  | ('unknown' | 'balance')
  // What the kernel does by itself.
  | ('conntrack' | 'nat' | 'route' | 'reroute' | 'loopback');

export type Outcome =
  /** It came to where a DNAT rule sends it. */
  | 'delivered'
  /** Thrown away: whoever sent it sees a timeout. */
  | 'dropped'
  /** Refused with an answer. */
  | 'rejected'
  /** It came to the node itself, with no DNAT. */
  | 'local'
  /** The node sent it on, with no DNAT. */
  | 'forwarded'
  | 'undetermined';

export type Reason =
  // delivered, local, forwarded
  | ('dnat' | 'local-address' | 'routed')
  // dropped or rejected by rules
  | ('rule' | 'policy')
  // dropped or rejected by the kernel itself
  | ('martian-source' | 'martian-destination' | 'reverse-path' | 'no-way-back')
  | 'forwarding-disabled'
  | ('no-route' | 'prohibit' | 'unreachable' | 'blackhole' | 'multicast' | 'no-address-for-nat')
  // undetermined
  | ('loop' | 'missing-chain' | 'too-many-branches' | 'queue' | 'stolen')
  | ('address-unknown' | 'routing-rule')
  // it is not the rules that decide
  | DataPath
  | ('differs' | 'chance')
  // of a reply: it came back, by another interface, or not from the address that was asked
  | ('answered' | 'asymmetric' | 'not-translated')
  // several of these, with one outcome
  | 'various';

/** Where one way ends. */
export interface End {
  kind: 'end';
  /** Whose way it is. */
  leg: Packet['leg'];
  outcome: Outcome;
  reason: Reason;
  /** The rule or policy that decided it. */
  by: Phase | null;
  /** As it arrived, left, or was lost. */
  packet: Packet;
  /** MASQUERADE, rather than SNAT to a given address. */
  masqueraded: boolean;
  /** What would settle it, where the outcome is undetermined and something would. */
  question: Question | null;
  /** The way of the answer (of a REJECT: the ICMP error or reset); null: there is none. */
  reply: Section | null;
}
