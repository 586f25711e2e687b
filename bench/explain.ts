import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { kubeProxyDump } from './kube-proxy-dump.ts';
import { type Measured, measure, measureExtip } from './measure.ts';

const RULES = 400_000;
const ROUNDS = 5;

/** The best of the rounds, which take turns: what else the machine does only ever adds. */
function best(runs: readonly Measured[]): Pick<Measured, 'seconds' | 'mebibytes'> {
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
    measureExtip(
      'explain',
      '--rules',
      rules,
      '--to',
      `${ip}:80`,
      '--from',
      '203.0.113.9',
      '-o',
      'short',
    );
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
