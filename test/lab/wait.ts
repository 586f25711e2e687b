import { setTimeout as sleep } from 'node:timers/promises';
import { LabError } from './error.ts';

/**
 * Tries until it succeeds; after `seconds` fails with what the last try said. A LabError is final:
 * what is waited for can no longer happen.
 */
export async function waitFor<T>(
  what: string,
  attempt: () => Promise<T>,
  seconds = 120,
): Promise<T> {
  const deadline = Date.now() + seconds * 1000;
  for (;;) {
    try {
      return await attempt();
    } catch (error) {
      if (error instanceof LabError) throw error;
      if (Date.now() > deadline) {
        const reason = error instanceof Error ? error.message : String(error);
        throw new LabError(`waited ${seconds} s for ${what}: ${reason}`);
      }
    }
    await sleep(150);
  }
}
