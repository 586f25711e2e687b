import type { Action, Outcome, Reason } from '../net/netfilter/walk/result.ts';

/** What `explain` finds: plain data, as `-o json` prints it. */
export interface Explanation {
  /** What was asked about; null: a packet through a dump. */
  subject: Subject | null;
  flows: Flow[];
  /** What is known besides the packets' ways and bears on them, the gravest first. */
  observations: Observation[];
  /** The nodes that could not be read. */
  unread: { node: string; status: string; message: string }[];
  /** What could not be read of the input; the rest was used. */
  problems: { input: string; line: number; column: number; message: string }[];
}

/** What a person asked about; null: not that. */
export interface Subject {
  /** `namespace/name`. */
  service: string | null;
  ip: string | null;
}

/** Something that is so, and what would make it better. */
export interface Observation {
  code: ObservationCode;
  severity: 'error' | 'warning' | 'info';
  /** e.g. `service/default/web`, `node/k0`, `ip/20.1.0.167`. */
  object: string;
  /** What is so, why it matters, what would have to be there. */
  message: string;
  fix: Fix | null;
}

/** What helps: a literal command, or words where there is none. */
export type Fix = { command: string } | { advice: string };

/** One packet, and all the ways it may go. */
export interface Flow {
  /** null: the dump does not say of which node it is, or the packet comes to none. */
  node: string | null;
  /** All nodes of which the same is so, `node` first; that one's packet and way are told. */
  nodes: string[];
  /** Whose address it is, `namespace/name`; null: nobody's, or not known. */
  service: string | null;
  /** Whether the node has the address that the packet is sent to; null: not known. */
  holder: boolean | null;
  origin: 'external' | 'pod' | 'node';
  packet: {
    protocol: string;
    source: string;
    destination: string;
    destinationPort: number | null;
    inInterface: string | null;
  };
  /** Whom the source stands for; null: itself alone, or it is not from outside. */
  clients: Clients | null;
  verdict: Verdict;
  /** What helps where it is not delivered; null: nothing that is known, or nothing has to. */
  fix: Fix | null;
  /** The first answer's way back; null: there is no answer. */
  reply: Verdict | null;
  /** Where DNAT leads. `share` null: an undetermined fact decides. */
  backends: { address: string; port: number | null; share: number | null }[];
  /** What loses packets, on the node or on the next, and what the answers to others. */
  lost: Loss[];
  /** Whether it gets another source; null: only sometimes, or not known. */
  masquerade: boolean | null;
  /** Why no rule has to do with the packet; null: one has. */
  untouched: string | null;
  /** Facts that were not known and made no difference, or were taken to be so. */
  assumed: AssumedFact[];
  /** Facts that were not known and on which the verdict, the reply or the backends depend. */
  undetermined: Fact[];
  /** Everything that happens to the packet and to the answer, each in its section. */
  phases: PhaseRecord[];
  /** How the sections follow one another; the first is the beginning. */
  sections: SectionRecord[];
}

/** Hosts outside: all, those on the network of the address that is asked, or all others. */
export interface Clients {
  where: 'anywhere' | 'segment' | 'elsewhere';
  /** e.g. `20.1.0.0/24`; null: anywhere. */
  network: string | null;
}

export const ANYWHERE: Clients = { where: 'anywhere', network: null };

export interface Verdict {
  outcome: Outcome;
  reason: Reason | JoinedReason;
  /** The rule or policy that decided it; null: none, or several. */
  rule: RulePlace | null;
}

/** Connections that come to nothing, and by what. */
export interface Loss {
  /** Whether the packet is lost, or the answer to it. */
  leg: 'first' | 'reply';
  /** Of all connections; null: an undetermined fact decides. */
  share: number | null;
  outcome: Outcome;
  reason: Reason | JoinedReason;
  /** null: the kernel decided it. */
  rule: RulePlace | null;
  /** The node that it went on to; null: it is lost on the node itself. */
  node: string | null;
  /** In words, what the rule of that node is for, whose path is not told; else null. */
  purpose: string | null;
  /** Where the kernel decided it: the interface that it came in by, whose settings hold. */
  inInterface: string | null;
}

/**
 * What the walk on one node does not know: that a packet from outside comes to no node, that another
 * node decides, or where the rules are.
 */
export type JoinedReason =
  | 'no-holder'
  | 'silent-holder'
  | 'holder-unknown'
  | 'next-node'
  | 'rules-unknown';

export interface RulePlace {
  /** Which of the node's files has it, e.g. `iptables-nft-save.txt`; null: the dump that was given. */
  file: string | null;
  table: string;
  chain: string;
  /** As the dump has it; null: the chain's policy. */
  rule: string | null;
  /** In the input, from 1. */
  line: number | null;
}

/** What an observation is about: one of these, for scripts. */
export type ObservationCode =
  // Of the Service.
  | 'no-external-ip'
  | 'not-served'
  | 'not-proxied'
  | 'no-node-port'
  | 'no-endpoints'
  | 'endpoints-not-ready'
  | 'named-port-missing'
  | 'session-affinity'
  | 'source-ranges'
  | 'external-policy'
  | 'internal-policy'
  | 'health-check-port'
  // Of an address.
  | 'no-holder'
  | 'several-holders'
  | 'silent-holder'
  | 'wrong-holder'
  | 'neighbour'
  // Of a node.
  | 'node-unread'
  | 'other-data-path'
  | 'rules-unknown'
  | 'rules-missing'
  | 'rules-stale'
  | 'forwarding-off'
  | 'asymmetric-return'
  | 'no-way-back'
  | 'foreign-rule'
  // Of the cluster.
  | 'resource-unread';

export interface Fact {
  fact: string;
  /** The flag or file that would settle it. */
  settledBy: string | null;
}

export interface AssumedFact extends Fact {
  /** Both answers were followed and came to the same; false: it was taken to be so. */
  harmless: boolean;
}

export interface PhaseRecord {
  section: number;
  /** null: between hooks. */
  hook: string | null;
  /** null: the kernel's own doing. */
  table: string | null;
  chain: string | null;
  /** As the dump has it. */
  rule: string | null;
  line: number | null;
  /** How many rules directly before it did not match. */
  unmatched: number;
  action: Action;
  effect: string | null;
  /** In words, what it is for. */
  purpose: string;
  /** As the dump has them. */
  counters: { packets: number; bytes: number } | null;
}

/** A stretch of the way without a fork; ways that come to the same place share what follows. */
export interface SectionRecord {
  section: number;
  /** Where it goes on: one, or several of which chance or an unknown fact decides. */
  next: { section: number; answer: string | null; share: number | null }[];
  /** The fact that decides; null: chance, or there is nothing to decide. */
  question: Fact | null;
  /** null: it goes on. */
  end: SectionEnd | null;
}

export interface SectionEnd {
  /** Whose way ends: the packet's, the answer's, or a refusal's. */
  leg: 'first' | 'reply' | 'refusal';
  outcome: Outcome;
  reason: Reason | JoinedReason;
  /** null: an address of the node, but which is not known. */
  source: string | null;
  destination: string | null;
  destinationPort: number | null;
  /** Where the way of the answer begins. */
  reply: number | null;
}
