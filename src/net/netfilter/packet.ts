import type { Family, Ip } from '../ip.ts';
import type { Changes } from './changes.ts';

export type Protocol = 'tcp' | 'udp' | 'sctp' | 'icmp' | 'icmpv6';

/**
 * A packet as rules see it, with what the kernel keeps beside it. `null`: there is none; `undefined`:
 * not known, and whoever asks for it gets a fork. Never changed in place.
 */
export interface Packet {
  /** Whose way it is: the first packet's, the answer's to it, or the node's own refusal's. */
  leg: 'first' | 'reply' | 'refusal';
  family: Family;
  protocol: Protocol;
  source: Ip;
  destination: Ip;
  sourcePort: number | null | undefined;
  /** undefined: of an answer, where the asker's port is not known. */
  destinationPort: number | null | undefined;
  /** null: made on this node. undefined: from elsewhere, so that it is not `lo`. */
  inInterface: string | null | undefined;
  /** null: not routed yet, or delivered to this node. undefined: to elsewhere, not by `lo`. */
  outInterface: string | null | undefined;
  /**
   * The bridge ports, where a bridge hands its packets to netfilter. undefined: not known, and on the
   * way in taken to be none.
   */
  physicalIn: string | null | undefined;
  physicalOut: string | null | undefined;
  /** Of a refusal what REJECT calls it, e.g. `icmp-port-unreachable`. */
  refusedWith: string | null;
  /** skb->mark, 32 bits, unsigned. */
  mark: number;
  connection: Connection;
  /** What rules attached before conntrack looked, with the zone for answers; null: nothing. */
  template: { replyZone: number } | null;
  changes: Changes;
}

/** The packet's conntrack entry. */
export interface Connection {
  /** `none`: not looked at by conntrack yet (raw); `untracked`: NOTRACK. */
  state: 'none' | 'new' | 'established' | 'related' | 'invalid' | 'untracked';
  direction: 'original' | 'reply';
  /** The first packet as it came in, for --ctorigdst and for undoing NAT in replies. */
  original: Tuple | null;
  /** The answer as it will come in, before NAT is undone. */
  reply: Tuple | null;
  /** Its first packet has passed the last hook of its way. */
  confirmed: boolean;
  dnat: boolean;
  snat: boolean;
  mark: number;
  /** The conntrack zone in which an answer is found. */
  replyZone: number;
}

/** Where a packet comes from and goes to. */
export interface Tuple {
  /** An ICMP error belongs to the connection of what it answers: this is that connection's. */
  protocol: Protocol;
  source: Ip;
  sourcePort: number | null | undefined;
  destination: Ip;
  destinationPort: number | null | undefined;
}
