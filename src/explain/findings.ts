import { serviceKey } from '../snapshot/kubernetes.ts';
import type { ClusterState, NodeState } from '../snapshot/model.ts';
import type { NodeFiles } from '../snapshot/node-files.ts';
import { withArrivals } from './arrivals.ts';
import type { Evidence } from './evidence.ts';
import { explainNode, type NodeFlow, type Plan } from './explain-node.ts';
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

  constructor(cluster: ClusterState, plan: Plan) {
    this.#cluster = cluster;
    this.#plan = plan;
    this.#pods = podsByNode({ cluster, nodes: {} }, plan.targets);
  }

  /** Walks what is asked on this node. */
  add(state: NodeState, files: NodeFiles): void {
    const { name } = state;
    this.#states.set(name, state);
    // Of a folder made by hand the rules may be all there is.
    const isRead = state.status === 'ok' || state.status === 'unknown';
    if (!isRead || Object.keys(files.bytes).length === 0) return;
    const pods = this.#pods.get(name) ?? [];
    const report = explainNode(name, files, this.#plan, this.#cluster, pods);
    const { flows, arrivals, evidence, problems } = report;
    this.#groups.add(flows);
    for (const arrival of arrivals) this.#arrivals.set(arrivalKey(arrival), arrival);
    this.#nodes.push(evidence);
    const room = MOST_PROBLEMS - this.#problems.length;
    const own = problems.slice(0, Math.max(0, room));
    this.#problems.push(...own.map(({ file, ...it }) => ({ input: `${name}: ${file}`, ...it })));
  }

  /** All that was found about what was asked. */
  explanation(asking: Asking): Explanation {
    const subject = subjectOf(asking);
    const services = this.#cluster.services.filter(
      (service) =>
        serviceKey(service) === subject.service ||
        this.#plan.targets.some((target) => target.service === service),
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
    const flows = withHolders(withArrivals(grouped, evidence, { isWhole }));
    const observations = observe({ ...evidence, flows });
    return {
      subject,
      flows: withFixes(flows, observations),
      observations,
      unread: Object.values(nodes).flatMap(({ name, status, message = '' }) =>
        status === 'ok' ? [] : [{ node: name, status, message }],
      ),
      problems: this.#problems,
    };
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
  if (asking.kind !== 'service') return { service: null, ip: asking.ip.text };
  const { namespace, name } = asking.name;
  return { service: `${namespace}/${name}`, ip: null };
}
