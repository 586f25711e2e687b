import { availableParallelism } from 'node:os';

/** How many labs a long run uses at once: extip mostly waits, for answers of a segment or a lease. */
export const LABS = 3 * availableParallelism();

/**
 * Starts `count` grounds, each with a lab of its own, as many at a time as there are cores. Where
 * one does not start, the others are closed, so that nothing of theirs goes on.
 */
export async function startAll<Ground extends { close(): Promise<void> }>(
  count: number,
  start: () => Promise<Ground>,
): Promise<Ground[]> {
  const grounds: Ground[] = [];
  try {
    await onLabs(
      Array.from({ length: availableParallelism() }),
      Array.from({ length: count }),
      async () => {
        grounds.push(await start());
      },
    );
  } catch (error) {
    await closeAll(grounds);
    throw error;
  }
  return grounds;
}

/** Closes all that were started; none where they were not. */
export async function closeAll(grounds: readonly { close(): Promise<void> }[] = []): Promise<void> {
  await Promise.all(grounds.map((ground) => ground.close()));
}

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
