import { startLab } from '../../lab/harness.ts';
import { BREAKS, type Break } from './breaks.ts';
import { differences, graverFindings, mendAll, run, runLiterally, settled } from './broken-lab.ts';

/**
 * `npm run -s test:doctor [-- SEED]`: breaks the lab in every way, one at a time and 20 times in two, and
 * prints what doctor finds; every command that it names is run, and has to remove its finding.
 */
const PAIRS = 20;
const seed = Number(process.argv[2] ?? Date.now() % 1_000_000);
let state = seed;
/** A number below `end`, by a linear congruential generator (Numerical Recipes). */
const random = (end: number) => {
  state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
  return Math.floor((state / 2 ** 32) * end);
};

const lab = await startLab('s2');
const stop = () => lab.down().finally(() => process.exit(130));
process.once('SIGINT', stop).once('SIGTERM', stop);
const counts = { found: 0, missed: 0, falseAlarms: 0, fixes: 0, fixed: 0 };

async function round(broken: readonly Break[]): Promise<void> {
  const expected = broken.flatMap(({ finds }) => finds);
  for (const one of broken) await run(lab, one.host, one.break);
  const found = await settled(lab, expected);
  const { missed, falseAlarms } = differences(found, expected);
  counts.found += expected.length - missed.length;
  counts.missed += missed.length;
  counts.falseAlarms += falseAlarms.length;
  const isRight = missed.length + falseAlarms.length === 0;
  console.log(
    `${isRight ? 'found ' : 'WRONG '} ${broken.map(({ what }) => what).join(' and ')}: ${found.join(', ')}`,
  );
  for (const line of missed) console.log(`       missed: ${line}`);
  for (const line of falseAlarms) console.log(`       false alarm: ${line}`);
  if (broken.length === 1) await tryFixes();
  await mendAll(lab, broken);
  const left = await settled(lab, []);
  if (left.length > 0) throw new Error(`not as before: ${left.join(', ')}`);
}

/** The commands that show something, and change nothing. */
const SHOWS =
  /^(on \S+: )?(kubectl (get|describe)|curl|ipvsadm|ip neigh show|extip (explain|list|doctor|guard show)) /;

async function tryFixes(): Promise<void> {
  const isThere = async ({ code, object }: { code: string; object: string }) =>
    (await graverFindings(lab)).some((it) => it.code === code && it.object === object);
  for (const finding of await graverFindings(lab)) {
    const { fix } = finding;
    // What mended the one before may have mended this one, too.
    if (!fix || !('command' in fix) || !(await isThere(finding))) continue;
    counts.fixes += 1;
    await runLiterally(lab, fix.command);
    const isMended = SHOWS.test(fix.command) || !(await isThere(finding));
    if (!isMended) console.log(`       its fix does not remove it: ${fix.command}`);
    counts.fixed += isMended ? 1 : 0;
  }
}

try {
  await run(lab, 'operator', 'extip assign svc-test-1 20.1.0.167 --node k0 --interface ens34 -y');
  const healthy = await settled(lab, []);
  console.log(`healthy: ${healthy.length === 0 ? 'nothing is found' : healthy.join(', ')}`);
  counts.falseAlarms += healthy.length;
  for (const one of BREAKS) await round([one]);
  console.log(`\npairs, seed ${seed}`);
  for (let pair = 0; pair < PAIRS; pair += 1) {
    const first = BREAKS[random(BREAKS.length)] as Break;
    const others = BREAKS.filter(({ of }) => !of.some((word) => first.of.includes(word)));
    await round([first, others[random(others.length)] as Break]);
  }
  const { found, missed, falseAlarms, fixes, fixed } = counts;
  console.log(`\nfindings: ${found} of ${found + missed} found, ${falseAlarms} false alarms`);
  console.log(`commands that mend: ${fixed} of ${fixes}`);
  if (missed + falseAlarms > 0 || fixed < fixes) process.exitCode = 1;
} finally {
  await lab.down();
}
