import { rmSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';

export interface TemporaryFolder {
  path: string;
  remove(): Promise<void>;
}

const created = new Set<string>();

/** A new folder of nobody else's, whose path begins so; it goes with the process at the latest. */
export async function temporaryFolder(prefix: string): Promise<TemporaryFolder> {
  const path = await mkdtemp(prefix);
  if (created.size === 0) process.on('exit', removeAll);
  created.add(path);
  // An interrupted run may still be writing; what it writes after that goes at its exit.
  return { path, remove: () => rm(path, { recursive: true, force: true, maxRetries: 5 }) };
}

function removeAll(): void {
  for (const path of created) rmSync(path, { recursive: true, force: true });
}
