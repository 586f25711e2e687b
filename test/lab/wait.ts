import { setTimeout as sleep } from 'node:timers/promises';
import { LabError } from './error.ts';

/** Tries until it succeeds; after `seconds` fails with what the last try said. */
export async function waitFor<T>(
  what: string,
  attempt: () => Promise<T>,
  { seconds = 60, signal }: { seconds?: number; signal?: AbortSignal } = {},
): Promise<T> {
  const deadline = Date.now() + seconds * 1000;
  for (;;) {
    signal?.throwIfAborted();
    try {
      return await attempt();
    } catch (error) {
      if (Date.now() > deadline) {
        const reason = error instanceof Error ? error.message : String(error);
        throw new LabError(`waited ${seconds} s for ${what}: ${reason}`);
      }
    }
    await sleep(50);
  }
}
