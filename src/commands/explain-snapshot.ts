import type { Explanation } from '../explain/explanation.ts';
import { filesOfNode } from '../explain/files-of-node.ts';
import { Findings } from '../explain/findings.ts';
import { originsOf } from '../explain/origins.ts';
import { targetsOf } from '../explain/targets.ts';
import { type OpenSnapshot, openSnapshot } from '../store/open-snapshot.ts';
import type { Question } from './explain-question.ts';
import { nodesAsked } from './nodes-asked.ts';
import { podInSnapshot } from './pod-in-snapshot.ts';
import { serviceInSnapshot } from './service-in-snapshot.ts';

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
  if (asking.kind === 'service') serviceInSnapshot(opened.snapshot, asking.name);
  const asked = question.from;
  const from = asked?.kind === 'pod' ? await podInSnapshot(opened, asked) : asked;
  const plan = { targets: targetsOf(cluster, asking), origins: originsOf(from, cluster) };
  const files = filesOfNode([...new Set(plan.targets.map(({ family }) => family))]);
  const findings = new Findings(cluster, plan);
  for (const { metadata } of nodesAsked(cluster.nodes, question, from)) {
    const state = nodes[metadata.name];
    if (state) findings.add(state, await opened.nodeFiles(metadata.name, files));
  }
  return findings.explanation(asking);
}
