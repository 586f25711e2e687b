import { readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { isAlive, type ProcessIdentity, parseStat } from './process.ts';
import {
  condition,
  labDirectory,
  labEntries,
  labNames,
  labsDirectory,
  readState,
  scratchDirectory,
  scratchOwner,
} from './state.ts';
import { waitFor } from './wait.ts';

/** Ends a lab, whatever state it is in; says whether there was one. */
export async function down(name: string): Promise<boolean> {
  // Once the folder has another name, nothing that is still starting can add to the lab.
  const doomed = scratchDirectory(`down-${name}`);
  try {
    await rename(labDirectory(name), doomed);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false;
    throw error;
  }
  await stopAndRemove(doomed);
  return true;
}

/** Removes what dead processes left: labs half-started, labs of tests that ended, ends half-done. */
export async function sweep(): Promise<void> {
  for (const name of await labNames()) {
    const state = await readState(name);
    if (!state) continue;
    const abandoned = state.endsWithStarter && !isAlive(state.starter);
    if (abandoned || condition(state) === 'half-started') await down(name);
  }
  for (const entry of await labEntries()) {
    const owner = scratchOwner(entry);
    if (owner && !isAlive(owner)) await stopAndRemove(join(labsDirectory, entry));
  }
}

/** Ends every process of the lab in `directory`. */
export async function stop(directory: string): Promise<void> {
  const init = await readInit(directory);
  if (init && isAlive(init)) {
    // The kernel ends every process of the PID namespace with its first, and before it.
    process.kill(init.pid, 'SIGKILL');
    await waitFor('the end of the lab', async () => {
      if (isAlive(init)) throw new Error(`process ${init.pid} is still there`);
    });
  }
}

async function stopAndRemove(directory: string): Promise<void> {
  await stop(directory);
  await rm(directory, { recursive: true, force: true });
}

async function readInit(directory: string): Promise<ProcessIdentity | undefined> {
  const stat = await readFile(join(directory, 'init'), 'utf8').catch(() => '');
  return stat ? parseStat(stat) : undefined;
}
