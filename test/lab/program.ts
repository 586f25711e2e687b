import { open, readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { execa } from 'execa';
import { enter, hostEnvironment } from './enter.ts';
import { LabError } from './error.ts';
import { parseStat } from './process.ts';
import { findHost, isProgramAlive, type LabState, logFile } from './state.ts';

/** Starts a program on a host, to run until the host ends; its output goes to its log file. */
export async function startProgram(
  lab: LabState,
  hostName: string,
  name: string,
  command: string[],
  env: Record<string, string> = {},
): Promise<void> {
  const host = findHost(lab, hostName);
  const log = await open(logFile(lab.name, hostName, name), 'a');
  try {
    // The shell says who it is, and then becomes the program.
    const announce = 'read -r stat </proc/self/stat; echo "$stat"; exec "$@" >&2';
    const [file, ...args] = enter(host, ['setsid', '-f', 'sh', '-c', announce, 'sh', ...command]);
    const { stdout } = await execa(file, args, {
      env: { ...hostEnvironment(host), ...env },
      extendEnv: false,
      // Any descriptor will do; the types know those below 10.
      stdio: ['ignore', 'pipe', log.fd as 9],
    });
    const { pid, startTime } = parseStat(stdout);
    host.programs[name] = { pid, startTime };
  } finally {
    await log.close();
  }
}

/** Fails as soon as a program of the lab has died, until told to stop. */
export async function watchPrograms(lab: LabState, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    await assertProgramsAlive(lab);
    await sleep(200);
  }
}

async function assertProgramsAlive(lab: LabState): Promise<void> {
  for (const [hostName, host] of Object.entries(lab.hosts)) {
    for (const [name, program] of Object.entries(host.programs)) {
      if (isProgramAlive(host, program)) continue;
      const file = logFile(lab.name, hostName, name);
      const lines = (await readFile(file, 'utf8')).trimEnd().split('\n');
      throw new LabError(
        `${name} on ${hostName} ended by itself; its log ${file} ends:\n${lines.slice(-5).join('\n')}`,
      );
    }
  }
}
