import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { kubeProxyDump } from './kube-proxy-dump.ts';

const RULES = 400_000;
const ROUNDS = 5;
const EXTIP = join(import.meta.dirname, '../bin/extip');

/** Peak memory in KiB, on file descriptor 3 when the process ends. */
const REPORT = `data:text/javascript,${encodeURIComponent(
  `import { writeSync } from 'node:fs'; process.on('exit', () => writeSync(3, String(process.resourceUsage().maxRSS)));`,
)}`;

interface Measured {
  /** Of the processor, in user space and kernel: what else runs on the machine does not count. */
  seconds: number;
  mebibytes: number;
}

/** Runs a command under bash's `time`. */
function measure(...command: string[]): Measured & { output: string } {
  const script = 'TIMEFORMAT="%U %S"; { time "$@" 2>&4; } 4>&2';
  const { status, stdout, stderr, output } = spawnSync('bash', ['-c', script, 'bash', ...command], {
    stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
    encoding: 'utf8',
    maxBuffer: 2 ** 26,
  });
  const [user = 0, system = 0] = (stderr.trim().split('\n').at(-1) ?? '').split(' ').map(Number);
  assert.ok(status === 0 || status === 1, stderr);
  return { seconds: user + system, mebibytes: Number(output[3]) / 1024, output: stdout };
}

function extip(...args: string[]) {
  return measure(process.execPath, '--import', REPORT, EXTIP, ...args);
}

/** The best of the rounds, which take turns: what else the machine does only ever adds. */
function best(runs: readonly Measured[]): Measured {
  return {
    seconds: Math.min(...runs.map((it) => it.seconds)),
    mebibytes: Math.min(...runs.map((it) => it.mebibytes)),
  };
}

const folder = mkdtempSync(join(tmpdir(), 'extip-bench-'));
try {
  const [large, small, nothing] = ['large', 'small', 'nothing'].map((it) => join(folder, it));
  assert(large && small && nothing);
  const { dump, externalIp } = kubeProxyDump(RULES);
  writeFileSync(large, dump);
  const tiny = kubeProxyDump(11);
  writeFileSync(small, tiny.dump);
  writeFileSync(nothing, '');
  const size = statSync(large).size / 2 ** 20;

  const explain = (rules: string, ip: string) =>
    extip('explain', '--rules', rules, '--to', `${ip}:80`, '--from', '203.0.113.9', '-o', 'short');
  const grep = (file: string) => measure('grep', externalIp, file);
  const runs = Array.from({ length: ROUNDS }, () => ({
    explain: explain(large, externalIp),
    start: explain(small, tiny.externalIp),
    grep: grep(large),
    grepStart: grep(nothing),
  }));
  assert.match(runs[0]?.explain.output ?? '', /: delivered to .* \(half\), .* \(half\)/);

  const [took, start] = [best(runs.map((it) => it.explain)), best(runs.map((it) => it.start))];
  const [grepped, grepStart] = [
    best(runs.map((it) => it.grep)),
    best(runs.map((it) => it.grepStart)),
  ];
  const own = took.seconds - start.seconds;
  const greps = grepped.seconds - grepStart.seconds;
  const memory = took.mebibytes - start.mebibytes;
  const ms = (seconds: number) => `${(seconds * 1000).toFixed(0)} ms`;
  const lines = execFileSync('grep', ['-c', '^-A', large], { encoding: 'utf8' }).trim();
  console.log(
    `explain --rules, ${lines} rules in ${size.toFixed(0)} MiB, beyond the start of the process`,
  );
  console.log(`time: ${ms(own)}, grep ${ms(greps)}, ${(own / greps).toFixed(1)}x`);
  console.log(`memory: ${memory.toFixed(0)} MiB, ${(memory / size).toFixed(1)}x the file`);
} finally {
  rmSync(folder, { recursive: true });
}
