import assert from 'node:assert/strict';
import { labAvailability } from '../test/lab/availability.ts';
import { type Lab, startLab } from '../test/lab/harness.ts';
import { downWhenInterrupted } from '../test/lab/interruption.ts';
import { spread } from './spread.ts';

const WARM_UP = 3;
const ROUNDS = 30;

/** What a person types instead, all of it at once. */
const BY_HAND = [
  'ssh k0 iptables-save',
  'ssh k2 iptables-save',
  'kubectl get svc svc-test-1 -o yaml',
];
const COMMANDS = [
  'extip explain svc svc-test-1',
  'extip explain --to 20.1.0.167:80 --from 20.1.0.165',
];

/** Milliseconds until all of these, run at once on the operator, have ended. */
async function time(lab: Lab, commands: readonly string[]): Promise<number> {
  const script = `TIMEFORMAT=%R
time {
  for command in "$@"; do
    $command >/dev/null &
    pids="$pids $!"
  done
  for pid in $pids; do wait "$pid" || exit; done
}`;
  const { stderr, exitCode } = await lab.exec('operator', [
    'bash',
    '-c',
    script,
    'bash',
    ...commands,
  ]);
  assert.equal(exitCode, 0, stderr);
  return Number(stderr.trim().split('\n').at(-1)) * 1000;
}

async function compare(lab: Lab): Promise<void> {
  // As `assign` leaves them, which would take ten seconds.
  const patch = JSON.stringify({ spec: { externalIPs: ['20.1.0.167'] } });
  await lab.kubectl('patch', 'svc', 'svc-test-1', '-p', patch);
  await lab.exec('k0', ['ip', 'address', 'add', '20.1.0.167/32', 'dev', 'ens34']);
  const runs = [BY_HAND, ...COMMANDS.map((command) => [command])];
  const rounds: number[][] = [];
  for (let round = 0; round < WARM_UP + ROUNDS; round++) {
    const times: number[] = [];
    for (const commands of runs) times.push(await time(lab, commands));
    if (round >= WARM_UP) rounds.push(times);
  }
  console.log(`in lab s2, ${ROUNDS} rounds of each in turn: median (quartiles)`);
  for (const [index, commands] of runs.entries()) {
    const took = inWords(rounds.map((times) => times[index] ?? 0));
    const ratio = inWords(
      rounds.map((times) => (times[index] ?? 0) / (times[0] ?? 0)),
      2,
    );
    console.log(`${commands.join(' & ')}: ${took} ms${index > 0 ? `, ${ratio} times that` : ''}`);
  }
}

function inWords(values: readonly number[], digits = 0): string {
  const { median, low, high } = spread(values);
  const text = (value: number) => value.toFixed(digits);
  return `${text(median)} (${text(low)} to ${text(high)})`;
}

const found = await labAvailability();
if (found.available) {
  const name = `bench-${process.pid}`;
  await downWhenInterrupted(name, async () => {
    const lab = await startLab('s2', { name });
    try {
      await compare(lab);
    } finally {
      await lab.down();
    }
  });
} else {
  console.log(`explain-svc: no lab can be started here: ${found.missing.join('; ')}`);
}
