import { execa } from 'execa';
import { enter, hostEnvironment } from './enter.ts';
import { LabError } from './error.ts';
import { isAlive } from './process.ts';
import type { HostState } from './state.ts';

/** Runs a command on a host and returns what it printed; fails when it fails. */
export async function run(host: HostState, command: string[], input = ''): Promise<string> {
  if (!isAlive(host.init)) throw new LabError(`${command[0]}: the host it should run on is gone`);
  const [program, ...rest] = enter(host, command);
  const { stdout } = await execa(program, rest, {
    input,
    env: hostEnvironment(host),
    extendEnv: false,
  });
  return stdout;
}
