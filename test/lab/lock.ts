import { once } from 'node:events';
import { execa } from 'execa';

/**
 * Runs `work` while no other process holds the lock on `file`. flock(1) holds it as long as its
 * child reads, so it is free again when this process ends in whatever way.
 */
export async function withLock<T>(file: string, work: () => Promise<T>): Promise<T> {
  const holder = execa('flock', [file, 'sh', '-c', 'echo locked; exec cat'], { buffer: false });
  try {
    // Named: through Promise.race the compiler would infer all of execa's types.
    const ended: Promise<unknown> = holder;
    await Promise.race([once(holder.stdout, 'data'), ended]);
    return await work();
  } finally {
    holder.stdin.end();
    await holder;
  }
}
