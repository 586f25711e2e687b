import type { Ip } from '../ip.ts';
import type { NodeNetwork } from './node-network.ts';
import type { Packet } from './packet.ts';

export type Hook = 'prerouting' | 'input' | 'forward' | 'output' | 'postrouting';

/**
 * One table of one family, from whatever wrote it. Chains are looked up by name when a walk reaches
 * them: with 400,000 rules almost none is ever parsed.
 */
export interface Table {
  /** Who keeps it: rules of legacy and of nft are visited independently of one another. */
  variant: 'iptables-nft' | 'iptables-legacy' | 'nft';
  family: 'ip' | 'ip6' | 'inet';
  name: string;
  baseChains: readonly BaseChain[];
  /** undefined: the table has no such chain. */
  chain(name: string): Chain | undefined;
}

/** A chain that the kernel itself calls. */
export interface BaseChain {
  name: string;
  /** nat chains see only the first packet of a connection; route chains reroute at output. */
  type: 'filter' | 'nat' | 'route';
  hook: Hook;
  /** NF_IP_PRI_…: lower is earlier. */
  priority: number;
  policy: 'accept' | 'drop';
}

export interface Chain {
  name: string;
  /** How many rules; `rule(0)` to `rule(size - 1)`. */
  size: number;
  rule(index: number): Rule;
  /** The text of `rule(index)`, without parsing it. */
  textOf?(index: number): string;
  /**
   * The first rule at or after `index` that may match the packet; `size`: none. It spares a walk the
   * parsing of rules whose literal address is another: those left out would have said no.
   */
  nextCandidate?(index: number, packet: Pick<Packet, 'destination'>): number;
}

/** A rule, compiled: its steps are asked in their order until one says no or gives a verdict. */
export interface Rule {
  /** As the dump has it, without counters and without what stands around it. */
  text: string;
  /** Where in the input, from 1. */
  line: number;
  counters: { packets: number; bytes: number } | null;
  comment: string | null;
  steps: readonly Step[];
}

/** One match, statement or target of a rule. Never throws. */
export type Step = (packet: Packet, node: NodeNetwork) => Answer;

/** What a step says of a packet. */
export type Answer =
  /** A match: on to the next step (`true`), or to the next rule (`false`). */
  boolean | Change | { kind: 'verdict'; verdict: Verdict } | Fork;

/** A new packet (mark, connmark, state); on to the next step. */
export interface Change {
  kind: 'change';
  action: 'mark' | 'connmark' | 'notrack' | 'log' | 'set';
  /** e.g. `mark 0x4000`; null: what a match does by the way, and nobody is told. */
  effect: string | null;
  packet: Packet;
  /** On to the next rule, as `false`. */
  isNo?: boolean;
}

/**
 * More than one answer. With a `question`: nobody knows which, all are followed, and one who asks
 * the same question again on the same path gets the same answer. Without: balancing, each with its
 * share, and the shares add up to 1.
 */
export interface Fork {
  kind: 'fork';
  question: Question | null;
  branches: readonly { answer: string; share: number | null; gives: Answer }[];
}

/** A fact that the walk lacks, e.g. `10.22.0.0 is an address of this node`. */
export interface Question {
  /**
   * `packet`: what the text says (`comes in on eth0`) it says of the packet at hand, and the answer
   * to that is another one. Without: the text is a whole statement.
   */
  subject?: 'packet';
  text: string;
  /** The flag or file that would settle it, e.g. `--local`; null: nothing that extip reads. */
  settledBy: string | null;
  /**
   * What the fact goes by that may change on the way: while this is the same, so is the answer. null:
   * each time it is asked the answer may be another (a counter). Without: nothing changes it.
   */
  goesBy?: string | null | undefined;
}

export type Verdict =
  | { kind: 'accept' }
  | { kind: 'drop' }
  /** `with` as iptables names it, e.g. `icmp-port-unreachable`, `tcp-reset`. */
  | { kind: 'reject'; with: string }
  | { kind: 'jump' | 'goto'; chain: string }
  | { kind: 'return' }
  /** nft `continue`: on to the next rule, whatever steps are left. */
  | { kind: 'continue' }
  | { kind: 'dnat'; to: Translation }
  | { kind: 'snat'; to: Translation }
  /** The bits of the mask become the network's, of the end of the packet that the hook translates. */
  | { kind: 'netmap'; network: bigint; mask: bigint }
  | { kind: 'masquerade'; ports: PortRange | null }
  | { kind: 'redirect'; ports: PortRange | null }
  /** Handed to a program, or taken away: what happens then is not in the rules. */
  | { kind: 'queue' | 'stolen'; what: string };

/** Where NAT leads. A range of several addresses or ports is a choice of the kernel's. */
export interface Translation {
  /** null: the address stays. */
  addresses: { first: Ip; last: Ip } | null;
  /** null: the port stays (for snat: where it is free). */
  ports: PortRange | null;
  /** One client gets the same address each time. */
  persistent: boolean;
}

export interface PortRange {
  first: number;
  last: number;
  /** Drawn by chance: a port that lies in the range and is free does not stay either. */
  random?: boolean;
}

/** A question that is answered by yes or no: follows both. */
export function unknown(question: Question): Fork {
  return {
    kind: 'fork',
    question,
    branches: [
      { answer: 'yes', share: null, gives: true },
      { answer: 'no', share: null, gives: false },
    ],
  };
}
