import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { LabError } from './error.ts';
import { identify, isAlive, type ProcessIdentity } from './process.ts';

export const labsDirectory = '/run/extip-lab';

export type Role = 'node' | 'operator' | 'client' | 'router' | 'pod';

/** What is known of a host of a running lab. */
export interface HostState {
  role: Role;
  addresses: string[];
  /** The first process of its PID namespace, which holds all its namespaces. */
  init: ProcessIdentity;
  /** By name; process ids as in the host's own PID namespace. */
  programs: Record<string, ProcessIdentity>;
}

/** What a lab's folder says of it, in `lab.json`. */
export interface LabState {
  name: string;
  scenario: string;
  phase: 'starting' | 'up';
  starter: ProcessIdentity;
  /** A test's lab ends with the process that started it; a person's stays until `down`. */
  endsWithStarter: boolean;
  /** The first process of the PID namespace that all hosts are in. */
  init?: ProcessIdentity;
  hosts: Record<string, HostState>;
}

/** Where a lab keeps its state, configuration and logs. */
export function labDirectory(name: string): string {
  if (!/^[a-z0-9][a-z0-9-]{0,40}$/.test(name)) {
    throw new LabError(`'${name}' cannot name a lab: use a-z, 0-9 and '-'`);
  }
  return join(labsDirectory, name);
}

/** Where the output of a program on a host goes. */
export function logFile(lab: string, host: string, program: string): string {
  return join(labDirectory(lab), 'logs', `${host}-${program}.log`);
}

/** A folder of this process, for a lab that is not there yet or no longer. */
export function scratchDirectory(purpose: string): string {
  const { pid, startTime } = identify(process.pid);
  return join(labsDirectory, `.${pid}-${startTime}-${purpose}`);
}

/** Whose scratch folder it is, or undefined when it is none. */
export function scratchOwner(entry: string): ProcessIdentity | undefined {
  const [, pid, startTime] = /^\.(\d+)-(\d+)-/.exec(entry) ?? [];
  return pid ? { pid: Number(pid), startTime: Number(startTime) } : undefined;
}

/** Makes the lab's folder, or fails when there is one. It appears with its state in it. */
export async function createState(
  lab: Pick<LabState, 'name' | 'scenario' | 'endsWithStarter'>,
): Promise<LabState> {
  const directory = labDirectory(lab.name);
  const state: LabState = { ...lab, phase: 'starting', starter: identify(process.pid), hosts: {} };
  const draft = scratchDirectory(`new-${lab.name}`);
  await mkdir(join(draft, 'logs'), { recursive: true, mode: 0o700 });
  await writeFile(join(draft, 'lab.json'), JSON.stringify(state, null, 2));
  try {
    await rename(draft, directory);
  } catch (error) {
    await rm(draft, { recursive: true });
    const { code } = error as NodeJS.ErrnoException;
    if (code !== 'ENOTEMPTY' && code !== 'EEXIST') throw error;
    throw new LabError(`lab ${lab.name} is being started by another process`);
  }
  return state;
}

/** Writes the state so that a reader sees the old or the new one. */
export async function saveState(state: LabState): Promise<void> {
  const file = join(labDirectory(state.name), 'lab.json');
  await writeFile(`${file}.new`, JSON.stringify(state, null, 2));
  await rename(`${file}.new`, file);
}

/** The state of the lab `name`, or undefined when there is none. */
export async function readState(name: string): Promise<LabState | undefined> {
  try {
    return JSON.parse(await readFile(join(labDirectory(name), 'lab.json'), 'utf8'));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

/** Everything in the folder of the labs, scratch folders included. */
export async function labEntries(): Promise<string[]> {
  try {
    return await readdir(labsDirectory);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}

/** The names of all labs that have a folder, whatever state they are in. */
export async function labNames(): Promise<string[]> {
  return (await labEntries()).filter((name) => !name.startsWith('.')).sort();
}

/** The host `name` of a running lab. */
export function findHost(state: LabState, name: string): HostState {
  const host = state.hosts[name];
  if (!host) {
    const names = Object.keys(state.hosts).join(', ');
    throw new LabError(`lab ${state.name} has no host '${name}'; it has: ${names}`);
  }
  return host;
}

/** Whether a program of a host still runs. */
export function isProgramAlive(host: HostState, program: ProcessIdentity): boolean {
  return isAlive(host.init) && isAlive(program, `/proc/${host.init.pid}/root/proc`);
}

/** One word for the state of a lab. */
export function condition(state: LabState): 'running' | 'starting' | 'half-started' | 'crashed' {
  if (state.phase === 'starting') return isAlive(state.starter) ? 'starting' : 'half-started';
  const whole = Object.values(state.hosts).every(
    (host) =>
      isAlive(host.init) &&
      Object.values(host.programs).every((program) => isProgramAlive(host, program)),
  );
  return whole ? 'running' : 'crashed';
}
