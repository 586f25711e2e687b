import { type Pod, placeOfPod } from '../cluster/pods.ts';
import { FailedError } from '../errors.ts';
import type { Explanation } from '../explain/explanation.ts';
import { Findings } from '../explain/findings.ts';
import { filesOfNode } from '../explain/node-network-of.ts';
import { type From, originsOf } from '../explain/origins.ts';
import { type Asking, targetsOf } from '../explain/targets.ts';
import { nearest } from '../nearest.ts';
import { oneLine } from '../output/sanitize.ts';
import { type ObjectMeta, serviceKey } from '../snapshot/kubernetes.ts';
import { findService } from '../snapshot/queries.ts';
import { type OpenSnapshot, openSnapshot } from '../store/open-snapshot.ts';
import type { FromFlag, Question } from './explain-question.ts';
import { nodesAsked } from './nodes-asked.ts';

/**
 * Answers the question from a snapshot, one node's files in memory at a time. Throws UsageError for what
 * is no snapshot, and as `explainLive` for what is not in it.
 */
export async function explainSnapshot(path: string, question: Question): Promise<Explanation> {
  const opened = await openSnapshot(path, { files: filesOfNode([4, 6]) });
  try {
    return await explainOpened(opened, question);
  } finally {
    await opened.close();
  }
}

async function explainOpened(opened: OpenSnapshot, question: Question): Promise<Explanation> {
  const { asking } = question;
  const { cluster, nodes } = opened.snapshot;
  mustHaveService(opened, asking);
  const from = await readFrom(opened, question.from);
  const plan = { targets: targetsOf(cluster, asking), origins: originsOf(from, cluster) };
  const files = filesOfNode([...new Set(plan.targets.map(({ family }) => family))]);
  const findings = new Findings(cluster, plan);
  for (const { metadata } of nodesAsked(cluster.nodes, question, from)) {
    const state = nodes[metadata.name];
    if (state) findings.add(state, await opened.nodeFiles(metadata.name, files));
  }
  return findings.explanation(asking);
}

function mustHaveService({ snapshot }: OpenSnapshot, asking: Asking): void {
  if (asking.kind !== 'service' || findService(snapshot, asking.name)) return;
  const key = `${asking.name.namespace}/${asking.name.name}`;
  const [unread] = snapshot.cluster.unknown.filter(({ resource }) => resource === 'services');
  if (unread) {
    const message = `whether there is a service ${key} is not known: ${unread.reason}`;
    throw new FailedError(message, { reason: 'services-unread', object: `service/${key}` });
  }
  const near = nearest(
    key,
    snapshot.cluster.services.map((it) => serviceKey(it)),
  );
  throw new FailedError(`there is no service ${key} in the snapshot`, {
    reason: 'service-not-found',
    object: `service/${key}`,
    help: near === null ? 'extip list -A --snapshot shows all' : `did you mean ${oneLine(near)}?`,
  });
}

async function readFrom(opened: OpenSnapshot, from: FromFlag | null): Promise<From | null> {
  if (from?.kind !== 'pod') return from;
  const pods = await opened.list('pods');
  const pod = (pods.items as (Pod & { metadata?: ObjectMeta })[]).find(
    ({ metadata }) => metadata?.name === from.name && metadata.namespace === from.namespace,
  );
  return placeOfPod(from, pod ?? null);
}
