import { type Ip, parseIp } from '../../../src/net/ip.ts';
import { readSave } from '../../../src/net/netfilter/iptables/read-save.ts';
import { readNftJson, readNftText } from '../../../src/net/netfilter/nft/read-nft.ts';
import type { NodeNetwork } from '../../../src/net/netfilter/node-network.ts';
import { walk } from '../../../src/net/netfilter/walk.ts';
import { type Case, ruleText } from './case.ts';
import { compare } from './compare.ts';
import { readCounters } from './counters.ts';
import { withSettings } from './node-facts.ts';
import type { Recording } from './play.ts';
import type { Probe } from './probe.ts';
import { links, observerTable } from './topology.ts';

/**
 * What disagrees between the kernel and the walks through the dump of its rules, of nft's in both its
 * forms; null: nothing.
 */
export function judge(played: Case, recording: Recording, facts: NodeNetwork): string | null {
  const { dump, text } = recording;
  const { dialect, family } = played;
  const read = dialect === 'nft' ? readNftJson(withoutAdded(dump)) : readSave(dump, { family });
  const found = judgeTables(read, played, recording, facts);
  if (found || text === null) return found;
  const inText = judgeTables(readNftText(text), played, recording, facts);
  return inText && `as nft prints it for people: ${inText}`;
}

/** Whatever the tools print must be read. */
function judgeTables(
  { tables, problems }: Pick<ReturnType<typeof readNftText>, 'tables' | 'problems'>,
  played: Case,
  { truths, dump }: Recording,
  facts: NodeNetwork,
): string | null {
  const [problem] = problems;
  if (problem) return `the dump is not read: ${JSON.stringify(problem)}`;
  const own = tables.filter(({ name }) => name !== observerTable);
  const node = withSettings(facts, played);
  const pairs = played.probes.map((probe, index) => ({
    probe,
    truth: truths[index] as (typeof truths)[number],
    root: walk(asked(probe, node), own, node),
  }));
  return compare(pairs, readCounters(dump, played.dialect), mayAsk(played));
}

/** The sets as they were when no packet had been added to them. */
function withoutAdded(dump: string): string {
  return JSON.stringify(JSON.parse(dump), (key, value) =>
    key === 'set' && ['seen', 'rated'].includes(value.name) ? { ...value, elem: [] } : value,
  );
}

function asked(probe: Probe, { sysctls }: NodeNetwork): Parameters<typeof walk>[0] {
  const { link, family, protocol, source, sourcePort, destination, destinationPort } = probe;
  const cable = links.find(({ name }) => name === link);
  // Bridges hand their packets, and the port, to netfilter only if they are told to.
  const isSeen =
    sysctls.get(`net.bridge.bridge-nf-call-ip${family === 6 ? '6' : ''}tables`) === '1';
  return {
    origin: !cable ? 'node' : cable.host === 'ext' ? 'external' : 'pod',
    packet: {
      family,
      protocol,
      source: parseIp(source) as Ip,
      sourcePort,
      destination: parseIp(destination) as Ip,
      destinationPort,
      inInterface: cable ? (cable.bridge ?? cable.name) : null,
      physicalIn: cable?.bridge && isSeen ? cable.name : null,
    },
  };
}

/**
 * What a dump does not hold: lists of recent, sets that rules fill, ICMP's type, a packet's length, the
 * port that NAT draws, the order of chains with one priority. And what the walk does not model, but
 * asks for.
 */
function mayAsk(played: Case): (question: string) => boolean {
  const drawsPorts = /random|-40010/.test(ruleText(played));
  const drawn = /port|proto-/i;
  const lacking =
    /recent list|ipset (ADDED|\w+-PORT)|length|ttl|hoplimit|--hl|dscp|limit|@(seen|rated)|^first at |listens to/;
  // Of a template of CT, in raw.
  const template = /CT --(zone|ctevents)/.test(ruleText(played))
    ? /matches (-m connmark|! --ct|--ct)/
    : /^$/;
  const notModelled =
    /is reached through|@th,0,32|is unreachable$|the connection is|(ct (original|reply) proto-|--ct(orig|repl)(src|dst)port)/;
  return (question) =>
    template.test(question) ||
    lacking.test(question) ||
    notModelled.test(question) ||
    (drawsPorts && drawn.test(question));
}
