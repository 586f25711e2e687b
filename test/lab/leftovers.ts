import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { readdir, readFile, readlink } from 'node:fs/promises';
import { identify, isAlive, type ProcessIdentity } from './process.ts';
import { type LabState, labDirectory, labsDirectory } from './state.ts';

/** Every process of the machine that is in a namespace of one of the lab's hosts. */
export async function processesOf(lab: LabState): Promise<ProcessIdentity[]> {
  const namespace = (pid: string | number, kind: string) =>
    readlink(`/proc/${pid}/ns/${kind}`).catch(() => '');
  const kinds = ['net', 'mnt', 'pid'];
  const inits = Object.values(lab.hosts).map(({ init }) => init.pid);
  const own = await Promise.all(inits.flatMap((pid) => kinds.map((kind) => namespace(pid, kind))));
  const found: ProcessIdentity[] = [];
  for (const pid of (await readdir('/proc')).filter((entry) => /^\d+$/.test(entry))) {
    const its = await Promise.all(kinds.map((kind) => namespace(pid, kind)));
    if (its.some((one) => one && own.includes(one))) found.push(identify(Number(pid)));
  }
  return found;
}

/** Fails when a process, a mount or a folder of the lab is still there. */
export async function assertNothingLeft(
  lab: LabState,
  processes: ProcessIdentity[],
): Promise<void> {
  assert.deepEqual(
    processes.filter((each) => isAlive(each)),
    [],
    'processes',
  );
  const mounts = await readFile('/proc/self/mountinfo', 'utf8');
  assert.ok(!mounts.includes(labDirectory(lab.name)), 'mounts');
  const entries = await readdir(labsDirectory);
  assert.deepEqual(
    entries.filter((entry) => entry === lab.name || entry.endsWith(`-${lab.name}`)),
    [],
    'folders',
  );
  assert.ok(!existsSync(labDirectory(lab.name)));
}
