import { readFileSync, readlinkSync } from 'node:fs';
import { hostname, userInfo } from 'node:os';

/** Says which process of which machine holds something, so that another can tell if it is gone. */
export interface ProcessIdentity {
  /** `user@host`, for people. */
  who: string;
  /** Kernel boot id; empty where there is no /proc, and nothing can be told about the process. */
  bootId: string;
  /** Inode of the PID namespace: the same number there means the same process. */
  pidNamespace: string;
  pid: number;
  /** Clock ticks from boot to the process' start: PIDs are used again. */
  startTime: string;
}

/** This process. */
export function ownIdentity(): ProcessIdentity {
  return { who: `${userName()}@${hostname()}`, pid: process.pid, ...kernelIdentity() };
}

/** `user@host/boot id/pid namespace/pid/start time`, as a Lease's holderIdentity. */
export function formatIdentity(identity: ProcessIdentity): string {
  const { who, bootId, pidNamespace, pid, startTime } = identity;
  return [who, bootId, pidNamespace, pid, startTime].join('/');
}

/** Reads what `formatIdentity` wrote; null for anything else. */
export function parseIdentity(text: string): ProcessIdentity | null {
  const match = /^(.+)\/([0-9a-f-]*)\/(\d*)\/([1-9]\d{0,8})\/(\d*)$/.exec(text);
  if (!match) return null;
  const [, who = '', bootId = '', pidNamespace = '', pid = '', startTime = ''] = match;
  return { who, bootId, pidNamespace, pid: Number(pid), startTime };
}

/**
 * Whether `other` is known to have ended: it ran in our PID namespace since this boot, and there is
 * no such process any more. False whenever that cannot be told.
 */
export function hasEnded(other: ProcessIdentity, own: ProcessIdentity): boolean {
  if (!own.bootId || other.bootId !== own.bootId) return false;
  if (other.pidNamespace !== own.pidNamespace) return false;
  try {
    process.kill(other.pid, 0);
  } catch (error) {
    // EPERM: somebody else's process, alive. /proc may hide those, so it is not asked first.
    return (error as NodeJS.ErrnoException).code === 'ESRCH';
  }
  const stat = readStat(other.pid);
  if (!stat) return false;
  return stat.startTime !== other.startTime || stat.state === 'Z' || stat.state === 'X';
}

function kernelIdentity(): Pick<ProcessIdentity, 'bootId' | 'pidNamespace' | 'startTime'> {
  const stat = readStat('self');
  // A /proc of another PID namespace would show other processes under our numbers.
  if (!stat || stat.pid !== process.pid) return { bootId: '', pidNamespace: '', startTime: '' };
  const bootId = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
  const pidNamespace = /\d+/.exec(readlinkSync('/proc/self/ns/pid'))?.[0] ?? '';
  return { bootId, pidNamespace, startTime: stat.startTime };
}

/** Fields of /proc/PID/stat (proc_pid_stat(5)): 1 pid, 3 state, 22 starttime; 2 may hold spaces. */
function readStat(pid: number | 'self') {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
    return { pid: Number.parseInt(text, 10), state: fields[0], startTime: fields[19] ?? '' };
  } catch {
    return null;
  }
}

function userName(): string {
  try {
    return userInfo().username;
  } catch {
    // No entry in the user database, as in many containers.
    return `uid${process.getuid?.() ?? ''}`;
  }
}
