import assert from 'node:assert/strict';
import { readIpsetSave } from '../../../src/net/netfilter/ipset/read-save.ts';
import { readSave } from '../../../src/net/netfilter/iptables/read-save.ts';
import type { Packet } from '../../../src/net/netfilter/packet.ts';
import { judge } from '../../../src/net/netfilter/walk/judge.ts';
import type { Section } from '../../../src/net/netfilter/walk/result.ts';
import { summarize } from '../../../src/net/netfilter/walk/summary.ts';
import { walk } from '../../../src/net/netfilter/walk.ts';
import { chooseSource } from '../../../src/net/routing/choose-source.ts';
import { ip } from '../netfilter/walk/tables.ts';
import { referenceFiles, referenceJson, referenceText } from './files.ts';
import { nodeFrom } from './node-network.ts';
import type { Outcome } from './outcome.ts';

interface Case {
  packet: {
    origin: 'external' | 'pod' | 'node';
    protocol: Packet['protocol'];
    source: string | null;
    destination: string;
    dport: number;
    in_interface: string | null;
  };
  node: { addresses: unknown; routes: unknown[]; rules: unknown; ip_forward: number };
  observed: {
    outcome: 'answered' | 'refused' | 'timeout';
    endpoints: string[];
    sourceByEndpoint: Record<string, string[]>;
  };
}

/** Every packet that was sent through a dump from the field, and how the walk has it. */
export function fieldPackets(): Outcome[] {
  return referenceFiles('field', '.expect.json').flatMap((file) => {
    const { loaded, ipsets, cases, listeners } = referenceJson('field', file);
    const { tables } = readSave(referenceText('field', loaded));
    const sets = readIpsetSave(ipsets).sets;
    return (cases as Case[]).map(({ packet, node: recorded, observed }) => {
      const node = nodeFrom(
        recorded,
        { ip_forward: recorded.ip_forward, in: packet.in_interface },
        sets,
      );
      const destination = ip(packet.destination);
      const unknown = () => undefined;
      const source = packet.source
        ? ip(packet.source)
        : chooseSource(destination, node, unknown, null);
      assert(source);
      const root = walk(
        {
          origin: packet.origin,
          packet: {
            family: 4,
            protocol: packet.protocol,
            source,
            sourcePort: 40000,
            destination,
            destinationPort: packet.dport,
            inInterface: packet.in_interface,
            physicalIn: null,
          },
        },
        tables,
        node,
      );
      return {
        name: `${file} ${JSON.stringify(packet)}`,
        expected: [observed.outcome, ...sourcesSeen(observed.sourceByEndpoint)].join(' '),
        found: whatIsSeen(root, listeners),
      };
    });
  });
}

/** What client and listeners see: an answer and who gave it to which source, a refusal, nothing. */
function whatIsSeen(root: Section, listeners: readonly string[]): string {
  const { verdict, reply, open } = summarize(root);
  if (open.length > 0) return open.map(({ text }) => text).join('; ');
  const ends = judge(root, 'first', String)?.ends.map(({ end }) => end) ?? [];
  const sources: Record<string, string[]> = {};
  for (const { packet } of ends) {
    const endpoint = `${packet.destination.text}:${packet.destinationPort}`;
    sources[endpoint] = [packet.source.text];
  }
  const endpoints = Object.keys(sources);
  const listens = endpoints.every((it) => listeners.some((known) => known.startsWith(`${it} `)));
  const answers = reply?.outcome === 'delivered';
  switch (verdict.outcome) {
    case 'rejected':
      return answers ? 'refused' : 'timeout';
    case 'dropped':
      return 'timeout';
    case 'undetermined':
      return verdict.reason;
    default:
      if (listens) return answers ? ['answered', ...sourcesSeen(sources)].join(' ') : 'timeout';
      return verdict.outcome === 'local' && answers ? 'refused' : 'timeout';
  }
}

function sourcesSeen(sources: Record<string, string[]>): string[] {
  return Object.entries(sources)
    .map(([endpoint, seen]) => `${endpoint}<${seen.join(',')}`)
    .sort();
}
