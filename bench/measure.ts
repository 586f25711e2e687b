import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

const EXTIP = join(import.meta.dirname, '../bin/extip');

/** Peak memory in KiB, on file descriptor 3 when the process ends. */
const REPORT = `data:text/javascript,${encodeURIComponent(
  `import { writeSync } from 'node:fs'; process.on('exit', () => writeSync(3, String(process.resourceUsage().maxRSS)));`,
)}`;

export interface Measured {
  /** On the clock. */
  elapsed: number;
  /** Of the processor, in user space and kernel: what else runs on the machine does not count. */
  seconds: number;
  /** 0, but of extip. */
  mebibytes: number;
}

/** Runs a command under bash's `time`. */
export function measure(...command: string[]): Measured & { output: string } {
  const script = 'TIMEFORMAT="%R %U %S"; { time "$@" 2>&4; } 4>&2';
  const { status, stdout, stderr, output } = spawnSync('bash', ['-c', script, 'bash', ...command], {
    stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
    encoding: 'utf8',
    maxBuffer: 2 ** 26,
  });
  const times = (stderr.trim().split('\n').at(-1) ?? '').split(' ').map(Number);
  const [elapsed = 0, user = 0, system = 0] = times;
  assert.ok(status === 0 || status === 1, stderr);
  const mebibytes = Number(output[3]) / 1024;
  return { elapsed, seconds: user + system, mebibytes, output: stdout };
}

/** The same of extip, with the most memory that it had. */
export function measureExtip(...args: string[]) {
  return measure(process.execPath, '--import', REPORT, EXTIP, ...args);
}
