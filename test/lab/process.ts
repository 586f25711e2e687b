import { readFileSync } from 'node:fs';

/** A process that cannot be mistaken for a later one with the same id. */
export interface ProcessIdentity {
  pid: number;
  /** In clock ticks since boot, as in /proc/PID/stat. */
  startTime: number;
}

/** Reads the identity from a line of /proc/PID/stat. */
export function parseStat(stat: string): ProcessIdentity & { state: string } {
  // The second field is the command in parentheses and may itself hold blanks and parentheses.
  const [state = '', ...rest] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return { pid: Number.parseInt(stat, 10), startTime: Number(rest[18]), state };
}

/** The identity of a process that runs now. */
export function identify(pid: number): ProcessIdentity {
  const { startTime } = parseStat(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  return { pid, startTime };
}

/** Whether it is still the same process; `proc` is the /proc of its PID namespace. */
export function isAlive(process: ProcessIdentity, proc = '/proc'): boolean {
  try {
    const found = parseStat(readFileSync(`${proc}/${process.pid}/stat`, 'utf8'));
    return found.startTime === process.startTime && found.state !== 'Z';
  } catch {
    return false;
  }
}
