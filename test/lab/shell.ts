import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { enterAndWait, hostEnvironment } from './enter.ts';
import type { HostState } from './state.ts';

/** Runs a command on a host with this process's own terminal; returns its exit code. */
export async function execInteractively(host: HostState, command: string[]): Promise<number> {
  const [program, ...args] = enterAndWait(host, command);
  const child = spawn(program, args, { stdio: 'inherit', env: hostEnvironment(host) });
  // A terminal sends these to the command as well; this process only waits for what it makes of them.
  for (const signal of ['SIGINT', 'SIGQUIT', 'SIGHUP'] as const) process.on(signal, () => {});
  process.on('SIGTERM', () => {
    for (const pid of childrenOf(child.pid)) process.kill(pid, 'SIGTERM');
  });
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('exit', (code) => resolve(code ?? 1));
  });
}

/** The children of a process that is in namespaces other than its children's. */
export function childrenOf(pid: number | undefined): number[] {
  if (!pid) return [];
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim();
  return children ? children.split(' ').map(Number) : [];
}
