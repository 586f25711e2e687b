import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Session } from '../apply/session.ts';
import { readPod } from '../cluster/pods.ts';
import { readCluster } from '../cluster/read-cluster.ts';
import { readService } from '../cluster/services.ts';
import { BESIDE_RULES } from '../explain/beside-rules.ts';
import type { Explanation } from '../explain/explanation.ts';
import { filesOfNode } from '../explain/files-of-node.ts';
import { type From, originsOf } from '../explain/origins.ts';
import { type Asking, targetsOf } from '../explain/targets.ts';
import { forEachBounded } from '../for-each-bounded.ts';
import { type Service, serviceKey } from '../snapshot/kubernetes.ts';
import type { ClusterState } from '../snapshot/model.ts';
import type { FromFlag, Question } from './explain-question.ts';
import { nodesAsked } from './nodes-asked.ts';

/** So many nodes are asked at once, and no more files than theirs are in memory. */
const CONCURRENCY = 32;

/** What the API says first, and which nodes to ask goes by. */
type First = Pick<ClusterState, 'services' | 'nodes'>;

/**
 * Answers the question from the cluster and its nodes as they are. Nodes are asked, over one connection
 * each, while the rest of the cluster is read, and walked as they answer. Throws UsageError for a node
 * that does not exist, FailedError for a Service or pod.
 */
export async function explainLive(session: Session, question: Question): Promise<Explanation> {
  const { asking } = question;
  const first = Promise.withResolvers<First>();
  const reading = readCluster(session.connection, first.resolve);
  reading.catch(first.reject);
  const [from, told, { collectNodeFiles }] = await Promise.all([
    readFrom(session, question.from),
    first.promise,
    // What asks nodes is loaded while the API answers.
    nextTurn().then(() => import('../nodes/collect-files.ts')),
  ]);
  session.checkNames(told.nodes);
  const services = await withAsked(session, told.services, asking);
  const families = new Set(targetsOf({ ...told, services }, asking).map(({ family }) => family));
  const files = filesOfNode([...families]);

  const underway = Promise.withResolvers<void>();
  const begin = async () => {
    // What walks is most of extip, and loaded while the nodes answer: not before all have been asked.
    await underway.promise;
    await nextTurn();
    const { Findings } = await import('../explain/findings.ts');
    const cluster = { ...(await reading), services };
    const plan = { targets: targetsOf(cluster, asking), origins: originsOf(from, cluster) };
    return new Findings(cluster, plan);
  };
  const asked = nodesAsked(told.nodes, question, from);
  const options = {
    ...session.reach,
    kubeProxyBeside: BESIDE_RULES,
    onSent: underway.resolve,
  };
  const collecting = forEachBounded(asked, CONCURRENCY, async (node) => {
    const answer = await collectNodeFiles(node, files, options);
    // One that cannot be reached was sent nothing.
    underway.resolve();
    (await findings).add(answer.state, answer.files);
  });
  if (asked.length === 0) underway.resolve();
  const findings = begin();
  await Promise.all([findings, collecting]);
  return (await findings).explanation(asking);
}

/** With the Service that is asked about, which may be of a namespace whose Services cannot be listed. */
async function withAsked(
  { connection }: Session,
  services: Service[],
  asking: Asking,
): Promise<Service[]> {
  if (asking.kind !== 'service') return services;
  const wanted = `${asking.name.namespace}/${asking.name.name}`;
  const isListed = services.some((service) => serviceKey(service) === wanted);
  return isListed ? services : [...services, await readService(connection.api, asking.name)];
}

async function readFrom({ connection }: Session, from: FromFlag | null): Promise<From | null> {
  if (from?.kind !== 'pod') return from;
  return readPod(connection.api, from);
}
