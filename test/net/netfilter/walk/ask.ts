import type { NodeNetwork } from '../../../../src/net/netfilter/node-network.ts';
import type { Table } from '../../../../src/net/netfilter/rules.ts';
import { judge } from '../../../../src/net/netfilter/walk/judge.ts';
import type { Section } from '../../../../src/net/netfilter/walk/result.ts';
import { summarize } from '../../../../src/net/netfilter/walk/summary.ts';
import { type Asked, walk } from '../../../../src/net/netfilter/walk.ts';
import { node } from './nodes.ts';
import { ip } from './tables.ts';

/** `ORIGIN SOURCE DESTINATION[:PORT] [INTERFACE] [PROTOCOL]`, as `external 203.0.113.9 192.0.2.1:80 eth0`. */
export function asked(text: string): Asked {
  const [origin, source = '', to = '', inInterface, protocol = 'tcp'] = text.split(' ');
  const [, in6, in4, port = '80'] = /^(?:\[(.*)\]|([^:]*))(?::(\d+))?$/.exec(to) ?? [];
  const destination = ip(in6 ?? in4 ?? '');
  return {
    origin: origin as Asked['origin'],
    packet: {
      family: destination.family,
      protocol: protocol as Asked['packet']['protocol'],
      source: ip(source),
      sourcePort: protocol === 'icmp' ? null : 40000,
      destination,
      destinationPort: protocol === 'icmp' ? null : Number(port),
      inInterface: origin === 'node' ? null : inInterface,
      physicalIn: null,
    },
  };
}

export function walkOf(text: string, tables: readonly Table[], on: NodeNetwork = node()): Section {
  return walk(asked(text), tables, on);
}

/** `OUTCOME REASON`, and of a packet that arrives with NAT `SOURCE > DESTINATION:PORT`. */
export function verdictOf(text: string, tables: readonly Table[], on?: NodeNetwork): string {
  const root = walkOf(text, tables, on);
  const { verdict } = summarize(root);
  const { packet } = judge(root, 'first', String)?.ends[0]?.end ?? {};
  const { dnat, snat } = packet?.connection ?? {};
  const ends = `${packet?.source.text} > ${packet?.destination.text}:${packet?.destinationPort}`;
  return `${verdict.outcome} ${verdict.reason}${dnat || snat ? ` ${ends}` : ''}`;
}

/** As `verdictOf`, of the answer. */
export function replyOf(text: string, tables: readonly Table[], on?: NodeNetwork): string {
  const { reply } = summarize(walkOf(text, tables, on));
  return reply ? `${reply.outcome} ${reply.reason}` : 'none';
}

/** Every rule that let something happen, in order, on the way there and back: `LEG CHAIN TEXT`. */
export function visited(root: Section): string[] {
  const lines: string[] = [];
  for (let section: Section | null = root; section; ) {
    for (const { hook, chain, rule } of section.phases) {
      if (chain && rule) lines.push(`${hook} ${rule.text}`);
    }
    const { next }: Section = section;
    if (!('kind' in next)) section = next;
    else if (next.kind === 'branching') section = next.branches[0]?.to ?? null;
    else {
      lines.push(`${next.outcome} ${next.reason}`);
      section = next.reply;
    }
  }
  return lines;
}
