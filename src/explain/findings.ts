import type { Family } from '../net/ip.ts';
import { serviceKey } from '../snapshot/kubernetes.ts';
import type { ClusterState, NodeState } from '../snapshot/model.ts';
import type { NodeFiles } from '../snapshot/node-files.ts';
import { withArrivals } from './arrivals.ts';
import type { Evidence } from './evidence.ts';
import {
  explainNode,
  type NodeFlow,
  type NodeReading,
  type Plan,
  readFamilies,
} from './explain-node.ts';
import type { Explanation, Subject } from './explanation.ts';
import { FlowGroups } from './flow-groups.ts';
import type { NodeEvidence } from './node-evidence.ts';
import { observe } from './observations/index.ts';
import { arrivalKey, type PodArrival } from './pod-arrivals.ts';
import { podKey, podsByNode } from './pods-by-node.ts';
import type { Asking } from './targets.ts';
import { withFixes } from './with-fixes.ts';
import { withHolders } from './with-holders.ts';
import { withNextNodes } from './with-next-nodes.ts';

/** More lines of dumps that cannot be read say nothing more. */
const MOST_PROBLEMS = 100;

/** A node, as long as its files are in memory. */
export interface ExaminedNode extends NodeReading {
  state: NodeState;
  evidence: NodeEvidence;
}

/**
 * Takes in one node after another, in any order, and joins what was found in the end. Of a node's files
 * nothing is kept.
 */
export class Findings {
  readonly #cluster: ClusterState;
  readonly #plan: Plan;
  readonly #groups = new FlowGroups();
  readonly #nodes: NodeEvidence[] = [];
  readonly #states = new Map<string, NodeState>();
  readonly #problems: Explanation['problems'] = [];
  readonly #pods: ReturnType<typeof podsByNode>;
  readonly #arrivals = new Map<string, PodArrival>();

  readonly #families: ReadonlySet<Family>;

  constructor(cluster: ClusterState, plan: Plan) {
    this.#cluster = cluster;
    const { targets, families = [] } = plan;
    this.#families = new Set([...families, ...targets.map(({ family }) => family)]);
    this.#plan = plan;
    this.#pods = podsByNode({ cluster, nodes: {} }, plan.targets);
  }

  /** Walks what is asked on this node, and returns what was read of it; null: nothing could be. */
  add(state: NodeState, files: NodeFiles): ExaminedNode | null {
    const { name } = state;
    this.#states.set(name, state);
    // Of a folder made by hand the rules may be all there is.
    const isRead = state.status === 'ok' || state.status === 'unknown';
    if (!isRead || Object.keys(files.bytes).length === 0) return null;
    const pods = this.#pods.get(name) ?? [];
    const reading = readFamilies(files, this.#families);
    const report = explainNode(state, reading, this.#plan, this.#cluster, pods);
    const { flows, arrivals, evidence, problems } = report;
    this.#groups.add(flows);
    for (const arrival of arrivals) this.#arrivals.set(arrivalKey(arrival), arrival);
    this.#nodes.push(evidence);
    const room = MOST_PROBLEMS - this.#problems.length;
    const own = problems.slice(0, Math.max(0, room));
    this.#problems.push(...own.map(({ file, ...it }) => ({ input: `${name}: ${file}`, ...it })));
    return { state, ...reading, evidence };
  }

  /** All that was found about what was asked. */
  explanation(asking: Asking): Explanation {
    const evidence = this.evidence(asking);
    const observations = observe(evidence);
    return {
      subject: subjectOf(asking),
      flows: withFixes(evidence.flows, observations),
      observations,
      unread: Object.values(evidence.snapshot.nodes).flatMap(({ name, status, message = '' }) =>
        status === 'ok' ? [] : [{ node: name, status, message }],
      ),
      problems: this.#problems,
    };
  }

  /** What was found on all nodes, joined. */
  evidence(asking: Asking): Evidence {
    const subject = subjectOf(asking);
    const targeted = new Set(this.#plan.targets.map(({ service }) => service));
    const services = this.#cluster.services.filter(
      (service) => targeted.has(service) || serviceKey(service) === subject.service,
    );
    const nodes = Object.fromEntries([...this.#states].sort(([a], [b]) => (a < b ? -1 : 1)));
    const grouped = this.#joined();
    const evidence: Evidence = {
      snapshot: { cluster: this.#cluster, nodes },
      asking,
      services,
      targets: this.#plan.targets,
      nodes: this.#nodes.sort((a, b) => (a.node < b.node ? -1 : 1)),
      flows: grouped.map(({ flow }) => flow),
    };
    const isWhole = this.#cluster.nodes.every(({ metadata }) => this.#states.has(metadata.name));
    return { ...evidence, flows: withHolders(withArrivals(grouped, evidence, { isWhole })) };
  }

  /** With what becomes of them on the nodes that they go on to. */
  #joined(): NodeFlow[] {
    const nodes = [...this.#pods].flatMap(([node, pods]) =>
      pods.map((pod) => [podKey(pod), node] as const),
    );
    const known = { nodes: new Map(nodes), arrivals: this.#arrivals };
    const joined = new FlowGroups();
    const flows = this.#groups.all(this.#plan.targets).map(({ target, flow }) => ({
      target,
      flow: withNextNodes(flow, known),
      endsHere: false,
    }));
    joined.add(flows);
    return joined.all(this.#plan.targets);
  }
}

function subjectOf(asking: Asking): Subject {
  if (asking.kind === 'everything') return { service: null, ip: null };
  if (asking.kind !== 'service') return { service: null, ip: asking.ip.text };
  const { namespace, name } = asking.name;
  return { service: `${namespace}/${name}`, ip: null };
}
