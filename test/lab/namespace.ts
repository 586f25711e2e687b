import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { LabError } from './error.ts';
import { type ProcessIdentity, parseStat } from './process.ts';
import { labDirectory } from './state.ts';

const labInit = fileURLToPath(new URL('lab-init.sh', import.meta.url));
const hostInit = fileURLToPath(new URL('host-init.sh', import.meta.url));

/** Makes the namespaces that a lab's hosts and bridges live in. */
export async function createLabNamespaces(lab: string): Promise<ProcessIdentity> {
  const directory = labDirectory(lab);
  return startInit('the lab', ['unshare', '--net', '--pid'], [labInit, directory], directory);
}

/** Makes a host's namespaces and file system; `binds` maps paths under /mnt to the machine's. */
export async function createHostNamespaces(
  lab: string,
  labInit: ProcessIdentity,
  host: string,
  binds: Record<string, string>,
): Promise<ProcessIdentity> {
  const disk = join(labDirectory(lab), 'disks', host);
  await mkdir(disk, { recursive: true });
  const enter = ['nsenter', '-t', String(labInit.pid), '-p'];
  const unshare = ['unshare', '--net', '--mount', '--uts', '--ipc', '--pid'];
  const pairs = Object.entries(binds).map(([target, source]) => `${source}:${target}`);
  return startInit(`host ${host}`, [...enter, '--', ...unshare], [hostInit, host, disk, ...pairs]);
}

/**
 * Runs an init script as the first process of the new namespaces and returns once the script says
 * that it is done. `&` leaves no process but the init itself: the shell, not `unshare --fork`,
 * makes the first child of the new PID namespace and ends.
 */
async function startInit(
  what: string,
  unshare: string[],
  script: string[],
  cwd = '/',
): Promise<ProcessIdentity> {
  const { stdout, stderr } = await execa(
    unshare[0] as string,
    [...unshare.slice(1), 'sh', '-c', 'setsid sh "$@" &', 'sh', ...script],
    { reject: false, stdin: 'ignore', cwd },
  );
  if (!stdout) throw new LabError(`the namespaces of ${what} could not be made: ${stderr}`);
  const { pid, startTime } = parseStat(stdout);
  return { pid, startTime };
}
