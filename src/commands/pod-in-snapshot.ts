import { placeOfPod } from '../cluster/pods.ts';
import { FailedError } from '../errors.ts';
import type { From } from '../explain/origins.ts';
import { oneLine } from '../output/sanitize.ts';
import type { Pod, ServiceName } from '../snapshot/kubernetes.ts';
import type { OpenSnapshot } from '../store/open-snapshot.ts';

/**
 * Where what the pod of this name sends comes from. Throws FailedError `pod-not-found` where the snapshot
 * does not say it: it keeps the pods behind Services alone.
 */
export async function podInSnapshot(
  { list }: Pick<OpenSnapshot, 'list'>,
  ref: ServiceName,
): Promise<From> {
  const { items, unknown } = await list<Pod>('pods');
  const pod = items.find(
    ({ metadata }) => metadata.name === ref.name && metadata.namespace === ref.namespace,
  );
  const place = pod && placeOfPod(pod);
  if (place) return place;
  const name = `${ref.namespace}/${ref.name}`;
  const why = pod
    ? 'it ran on no node yet'
    : (unknown[0]?.reason ?? 'it keeps the pods behind Services alone');
  throw new FailedError(oneLine(`the snapshot does not say where the pod ${name} is: ${why}`), {
    reason: 'pod-not-found',
    object: `pod/${name}`,
    help: "give the pod's address: --from ADDR",
  });
}
