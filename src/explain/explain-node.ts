import type { Family, Ip } from '../net/ip.ts';
import type { Table } from '../net/netfilter/rules.ts';
import type { Asked } from '../net/netfilter/walk.ts';
import { isLocal } from '../net/routing/local.ts';
import { serviceKey } from '../snapshot/kubernetes.ts';
import type { ClusterState, NodeState } from '../snapshot/model.ts';
import type { NodeFile, NodeFiles } from '../snapshot/node-files.ts';
import { servedBy } from './data-path-of.ts';
import { explainFlow, type Telling } from './explain.ts';
import type { AssumedFact, Flow, Verdict } from './explanation.ts';
import type { Settle } from './fact.ts';
import { ruleFiles } from './files-of-node.ts';
import { lineNaming } from './line-naming.ts';
import { evidenceOf, type NodeEvidence } from './node-evidence.ts';
import { type FileProblem, type ReadNode, readNode } from './node-network-of.ts';
import type { Origin } from './origins.ts';
import { placeFlows } from './place-flow.ts';
import { type PodArrival, podArrivals, sendersTo } from './pod-arrivals.ts';
import type { PodPort } from './pods-by-node.ts';
import type { Target } from './targets.ts';
import { toldOnce } from './told-once.ts';

/** What is asked, on whatever node. */
export interface Plan {
  targets: readonly Target[];
  origins: readonly Origin[];
  /** For which nodes' files are read whatever the targets are. */
  families?: readonly Family[];
  /** Those of the targets that are walked on this node; none: all of them on every node. */
  walkedOn?(node: NodeState): readonly Target[];
}

/** A flow on one node, and what it is a flow to. */
export interface NodeFlow {
  target: Target;
  flow: Flow;
  /** Some of its backends are on the node itself, which no next node decides on. */
  endsHere: boolean;
}

export interface NodeReport {
  flows: NodeFlow[];
  /** What the node makes of what others send to its pods. */
  arrivals: PodArrival[];
  evidence: NodeEvidence;
  problems: FileProblem[];
}

/** A node's files, and what was read of them. */
export interface NodeReading {
  files: NodeFiles;
  read: ReadonlyMap<Family, ReadNode>;
}

/** Reads the node's files for packets of these families. */
export function readFamilies(files: NodeFiles, families: Iterable<Family>): NodeReading {
  const read = new Map([...new Set(families)].map((it) => [it, readNode(files, it)] as const));
  return { files, read };
}

/**
 * Walks all that is asked on one node, and keeps what bears on it. Needs nothing of the files then.
 * `pods`: the endpoints that the node runs.
 */
export function explainNode(
  state: NodeState,
  { files, read }: NodeReading,
  { targets, origins, walkedOn }: Plan,
  cluster: ClusterState,
  pods: readonly PodPort[],
): NodeReport {
  const { name } = state;
  const walked = walkedOn?.(state) ?? targets;
  const ownPods = new Set(pods.map(({ ip }) => ip.text));
  const explain = (asked: Asked, own: ReadNode): Flow => {
    const telling = tellingOf(own, files, asked.packet.family);
    return judged(explainFlow({ asked, node: own.network }, own.tables, telling), own);
  };
  const flows: NodeFlow[] = [];
  for (const target of walked) {
    const own = read.get(target.family);
    if (!own) continue;
    const ground = { name, cluster, network: own.network, bridges: own.bridges };
    for (const origin of origins) {
      const placed = placeFlows(target, origin, ground).map(({ asked, clients }) => ({
        ...explain(asked, own),
        clients,
        node: name,
        nodes: [name],
        service: target.service && serviceKey(target.service),
        holder: isLocal(asked.packet.destination, own.network) ?? null,
      }));
      for (const flow of toldOnce(placed)) {
        const endsHere = flow.backends.some(({ address }) => ownPods.has(address));
        flows.push({ target, flow, endsHere });
      }
    }
  }
  const arrivals = [...read].flatMap(([family, own]) => {
    const ground = { name, cluster, network: own.network, bridges: own.bridges };
    const senders = sendersTo(ground, family, origins);
    const ofFamily = pods.filter(({ ip }) => ip.family === family);
    return podArrivals(ofFamily, senders, ground, (asked) => explain(asked, own));
  });
  return {
    flows,
    arrivals,
    evidence: evidenceOf(name, files, { targets, walked }, read),
    // In the walks those of rules have come to light.
    problems: [...read.values()].flatMap(({ problems }) => problems),
  };
}

/** What is not in the rules is not explained by them. */
function judged(flow: Flow, read: ReadNode): Flow {
  const by = servedBy(read);
  if (by === 'unknown') return undetermined(flow, 'rules-unknown');
  const isForeign = by === 'ipvs' || by === 'ebpf';
  if (!isForeign || flow.verdict.rule || flow.verdict.outcome === 'undetermined') return flow;
  return undetermined(flow, by);
}

/** What its rules alone would come to is not said. */
function undetermined(flow: Flow, reason: Verdict['reason']): Flow {
  return {
    ...flow,
    verdict: { outcome: 'undetermined', reason, rule: null },
    reply: null,
    backends: [],
    lost: [],
    masquerade: null,
    untouched: null,
  };
}

function tellingOf(read: ReadNode, { bytes }: NodeFiles, family: Family): Telling {
  const files = ruleFiles(family);
  return {
    lineNaming: (ip) => firstNaming(ip, Object.values(files), bytes),
    settle: settledByFile(bytes),
    fileOf: ({ variant }: Table) => files[variant],
    assumed: takenForGranted(read, family),
  };
}

function firstNaming(ip: Ip, files: readonly NodeFile[], bytes: NodeFiles['bytes']): number | null {
  for (const file of files) {
    const line = bytes[file] ? lineNaming(bytes[file], ip) : null;
    if (line !== null) return line;
  }
  return null;
}

/** Which file says what a flag would say of a dump. */
const FILES_FOR_FLAGS: Readonly<Record<string, NodeFile>> = {
  '--local': 'ip-addr.json',
  '--ipset': 'ipset-save.txt',
};

/** A file that is there has not settled it; several are joined by `and`. */
function settledByFile(bytes: NodeFiles['bytes']): Settle {
  return (by) => {
    const files = by.split(' and ').map((it) => FILES_FOR_FLAGS[it] ?? it);
    const missing = files.filter((file) => !Object.hasOwn(bytes, file) && !file.startsWith('--'));
    return missing.length === 0 ? null : missing.join(' and ');
  };
}

/** A file with rules that is not there may have rules that decide. */
function takenForGranted(read: ReadNode, family: Family): AssumedFact[] {
  if (!read.areRulesKnown) return [];
  const files = ruleFiles(family);
  const missing = (['iptables-nft', 'iptables-legacy', 'nft'] as const).filter((variant) =>
    read.missing.some(({ file }) => file === files[variant]),
  );
  const facts = missing.map((variant) => ({
    fact: variant === 'nft' ? 'nft has no rules of its own' : `there are no rules of ${variant}`,
    settledBy: files[variant],
    harmless: false,
  }));
  const lossy = {
    fact: "nft's listing says all of iptables' rules",
    settledBy: files['iptables-nft'],
    harmless: false,
  };
  return read.isLossy
    ? [lossy, ...facts.filter(({ settledBy }) => settledBy !== lossy.settledBy)]
    : facts;
}
