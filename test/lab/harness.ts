import { randomBytes } from 'node:crypto';
import { execa } from 'execa';
import { labAvailability } from './availability.ts';
import { down } from './down.ts';
import { enterAndWait, hostEnvironment } from './enter.ts';
import { LabError } from './error.ts';
import { setFault } from './fault.ts';
import { pathFromOutside } from './files.ts';
import { REBOOT } from './reboot.ts';
import { childrenOf } from './shell.ts';
import { findHost, type LabState } from './state.ts';
import { up } from './up.ts';

export interface ExecOptions {
  input?: string;
  env?: Record<string, string>;
  /** In milliseconds; afterwards the command is killed and the exit code undefined. */
  timeout?: number;
}

export interface ExecResult {
  stdout: string;
  stderr: string;
  exitCode: number | undefined;
}

/** A command that runs on a host. */
export interface HostProcess {
  /** Sends a signal to the command itself. */
  kill(signal: NodeJS.Signals): void;
  result: Promise<ExecResult>;
}

/** A running lab, as tests see it. */
export interface Lab {
  name: string;
  state: LabState;
  /** Runs a command on a host; never rejects for its exit code. */
  exec(host: string, command: string[], options?: ExecOptions): Promise<ExecResult>;
  /** Starts a command on a host, to be signalled while it runs. */
  spawn(host: string, command: string[], options?: ExecOptions): HostProcess;
  /** `kubectl ARGS` on the operator. */
  kubectl(...args: string[]): Promise<ExecResult>;
  /** `extip ARGS` on the operator. */
  extip(...args: string[]): Promise<ExecResult>;
  /** Makes a fault on a host; the function that it returns mends it. */
  fault(host: string, fault: string): Promise<() => Promise<void>>;
  /** Boots a node, as far as extip is concerned; what its restore unit said. */
  reboot(node: string): Promise<ExecResult>;
  /** Where a file of a host is found from outside. */
  path(host: string, file: string): string;
  down(): Promise<void>;
}

/** Starts a lab for a test; it ends with `down`, or by the next `up` once this process is gone. */
export async function startLab(scenario: string, options: { name?: string } = {}): Promise<Lab> {
  const name = options.name ?? `${scenario}-${randomBytes(3).toString('hex')}`;
  const found = await labAvailability();
  if (!found.available) throw new LabError(`no lab here: ${found.missing.join('; ')}`);
  const state = await up(name, { scenario, programs: found.programs, endsWithStarter: true });
  return attach(state);
}

/**
 * For `describe(name, { skip: await skipWithoutLab() }, …)`: says loudly that the file is skipped
 * where no lab can be started, which with EXTIP_REQUIRE_LAB=1 is a failure.
 */
export async function skipWithoutLab(): Promise<string | false> {
  const found = await labAvailability();
  if (found.available) return false;
  const reason = `no lab can be started here: ${found.missing.join('; ')}`;
  if (process.env.EXTIP_REQUIRE_LAB === '1') throw new LabError(reason);
  console.error(`SKIPPED ${process.argv[1]}: ${reason}`);
  return reason;
}

async function resultOf(
  ended: Promise<Pick<ExecResult, 'stdout' | 'stderr'> & { exitCode?: number }>,
): Promise<ExecResult> {
  const { stdout, stderr, exitCode } = await ended;
  return { stdout, stderr, exitCode };
}

/** A running lab, whoever started it. */
export function attach(state: LabState): Lab {
  const spawn = (hostName: string, command: string[], options: ExecOptions = {}): HostProcess => {
    const host = findHost(state, hostName);
    const [program, ...args] = enterAndWait(host, command);
    const child = execa(program, args, {
      input: options.input ?? '',
      env: { ...hostEnvironment(host), ...options.env },
      extendEnv: false,
      reject: false,
      stripFinalNewline: false,
      timeout: options.timeout ?? 0,
      killSignal: 'SIGKILL',
      killDescendants: true,
    });
    return {
      kill: (signal) => {
        for (const pid of childrenOf(child.pid)) process.kill(pid, signal);
      },
      result: resultOf(child),
    };
  };
  const exec: Lab['exec'] = (...args) => spawn(...args).result;
  return {
    name: state.name,
    state,
    exec,
    spawn,
    kubectl: (...args) => exec('operator', ['kubectl', ...args]),
    extip: (...args) => exec('operator', ['extip', ...args]),
    fault: async (host, fault) => {
      await setFault(state, host, fault, 'on');
      return () => setFault(state, host, fault, 'off');
    },
    reboot: (node) => exec(node, ['sh', '-c', REBOOT]),
    path: (host, file) => pathFromOutside(findHost(state, host), file),
    down: async () => {
      await down(state.name);
    },
  };
}
