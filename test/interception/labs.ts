import { availableParallelism } from 'node:os';

/** How many labs a long run uses at once: extip mostly waits, for answers of a segment or a lease. */
export const LABS = 3 * availableParallelism();

/** Does `work` for each item, as many at once as there are labs; each item waits for a free one. */
export async function onLabs<Lab, Item>(
  labs: readonly Lab[],
  items: readonly Item[],
  work: (lab: Lab, item: Item) => Promise<void>,
): Promise<void> {
  const waiting = items.values();
  const ended = await Promise.allSettled(
    labs.map(async (lab) => {
      for (const item of waiting) await work(lab, item);
    }),
  );
  for (const one of ended) if (one.status === 'rejected') throw one.reason;
}
