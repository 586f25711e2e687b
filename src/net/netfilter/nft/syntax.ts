import type { Problem } from '../problem.ts';

/** What a statement reads or compares, as nft(8) calls it. Both readers make the same of one rule. */
export type Expression =
  /** A number (decimal), an address, a name. */
  | { kind: 'literal'; text: string }
  | { kind: 'prefix'; address: string; length: number }
  | { kind: 'range'; first: string; last: string }
  /** `established,related`, `fin,syn`. */
  | { kind: 'list'; items: readonly Expression[] }
  | { kind: 'concat'; parts: readonly Expression[] }
  /** `{ … }`: an anonymous set or map. */
  | { kind: 'elements'; elements: readonly Element[] }
  /** `@name`. */
  | { kind: 'set'; name: string }
  | { kind: 'payload'; protocol: string; field: string }
  /** `@th,16,16`: so many bits from there in the network (nh), transport (th) or link header (ll). */
  | { kind: 'raw'; base: string; offset: number; length: number }
  | { kind: 'meta'; key: string }
  | { kind: 'ct'; key: string; direction: 'original' | 'reply' | null }
  | { kind: 'fib'; result: string; flags: readonly string[] }
  | { kind: 'numgen'; mode: 'random' | 'inc'; modulus: number; offset: number }
  /** `of`: what jhash is taken of; symhash takes the connection's. */
  | {
      kind: 'hash';
      name: 'jhash' | 'symhash';
      of: Expression | null;
      modulus: number;
      seed: string | null;
      offset: number;
    }
  | { kind: 'binary'; operator: string; left: Expression; right: Expression }
  | { kind: 'map'; key: Expression; data: Expression }
  /** Only as the data of a verdict map. */
  | { kind: 'verdict'; verdict: RuleVerdict }
  /** Something that is not modelled, as nft writes it, e.g. `rt classid`. */
  | { kind: 'other'; text: string };

/** One element of a set (`data` null) or of a map. */
export interface Element {
  /** `*`, which matches whatever no other element does, is the literal `*`. */
  key: Expression;
  data: Expression | null;
}

export type RuleVerdict =
  | { kind: 'accept' | 'drop' | 'return' | 'continue' }
  | { kind: 'jump' | 'goto'; chain: string };

export type Statement =
  /** `in`: any of the bits (`ct state new`); `!`: none of them. */
  | { kind: 'match'; operator: MatchOperator; left: Expression; right: Expression }
  | { kind: 'vmap'; key: Expression; data: Expression }
  | { kind: 'verdict'; verdict: RuleVerdict }
  /** `with`: as nft writes it, e.g. `icmp host-unreachable`, `tcp reset`; null: the default. */
  | { kind: 'reject'; with: string | null }
  | NatStatement
  | { kind: 'assign'; target: Expression; value: Expression }
  /** `update @set { … }`. `key`: null where it is not read. `rated`: with a limit or the like. */
  | {
      kind: 'update';
      op: string;
      set: string;
      key: Expression | null;
      rated: boolean;
      text: string;
    }
  | { kind: 'log'; text: string }
  | { kind: 'notrack' }
  /** No bearing on where the packet goes: counter, last, dup, flow add. */
  | { kind: 'aside'; text: string }
  /** Depends on the packets before: limit, quota, ct count, meter. */
  | { kind: 'rate'; text: string }
  /** Takes the packet away: queue, fwd, synproxy, tproxy (to the socket of a program, if it has one). */
  | { kind: 'takes'; verdict: 'queue' | 'stolen'; text: string }
  /** Not modelled; kept as it stands. `final`: a target, not a match. */
  | { kind: 'other'; text: string; final: boolean };

export type MatchOperator = 'in' | '!' | '==' | '!=' | '<' | '>' | '<=' | '>=';

export interface NatStatement {
  kind: 'nat';
  verb: 'dnat' | 'snat' | 'masquerade' | 'redirect';
  family: 'ip' | 'ip6' | null;
  /** One that is a map may give address and port at once. */
  address: Expression | null;
  port: Expression | null;
  /** Of both forms: `random`, `fully-random`, `persistent`, and `prefix` for a netmap. */
  flags: readonly string[];
}

/** One rule as either reader gives it. */
export interface NftRule {
  text: string;
  comment: string | null;
  counters: { packets: number; bytes: number } | null;
  statements: readonly Statement[];
}

/** A rule set before its rules are read: they are when a walk reaches them. */
export interface NftRuleset {
  tables: NftTable[];
  problems: Problem[];
}

export interface NftTable {
  family: string;
  name: string;
  /** nft's own warning stood before it: iptables-nft keeps this table. */
  warned: boolean;
  /** The kernel calls none of its chains. */
  dormant: boolean;
  chains: Map<string, NftChain>;
  sets: Map<string, NftSet>;
}

export interface NftChain {
  name: string;
  base: NftBase | null;
  rules: { line: number; read: () => NftRule }[];
}

export interface NftBase {
  type: string;
  hook: string;
  priority: number;
  policy: 'accept' | 'drop';
}

export interface NftSet {
  name: string;
  /** Rules change it while packets pass (or time does), so that an element that is not listed may be there. */
  dynamic: boolean;
  /** Each element has a limit or the like, and may be found or not by it. */
  rated: boolean;
  elements: () => readonly Element[];
}
