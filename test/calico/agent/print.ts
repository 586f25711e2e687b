import { startLab } from '../../lab/harness.ts';
import { REACHABILITY } from '../reachability-cases.ts';
import { leadTo, ON_K0, ON_K2, prepareGround } from './ground.ts';
import { COLUMNS, reached } from './reached.ts';

/** `npm run -s test:guard`: what is reached with which objects of Calico's, expected and seen by packets. */
const lab = await startLab('s2-near');
const stop = () => lab.down().finally(() => process.exit(130));
process.once('SIGINT', stop).once('SIGTERM', stop);
try {
  await prepareGround(lab);
  const width = Math.max(...REACHABILITY.map(({ name }) => name.length)) + 2;
  const line = (cells: readonly string[]) =>
    cells.map((cell, at) => cell.padEnd((COLUMNS[at]?.length ?? 0) + 3)).join('');
  for (const backend of [ON_K2, ON_K0]) {
    await leadTo(lab, backend);
    const where = backend.node === 'k0' ? 'the same node' : 'another node';
    console.log(`the pod on ${where}: expected, seen`);
    console.log(''.padEnd(width) + line(COLUMNS));
    let equal = 0;
    for (const one of REACHABILITY) {
      const { seen, disagreed } = await reached(lab, one, backend);
      const pairs = [...one.seen].map((wanted, at) => `${wanted} ${seen[at]}`);
      const isSame = seen === one.seen && disagreed.length === 0;
      console.log(one.name.padEnd(width) + line(pairs) + (isSame ? '' : '  <-- differs'));
      for (const text of disagreed) console.log(text);
      equal += isSame ? 1 : 0;
    }
    console.log(
      `${equal} of ${REACHABILITY.length} cases are as expected, and as the evaluator says\n`,
    );
    if (equal < REACHABILITY.length) process.exitCode = 1;
  }
} finally {
  await lab.down();
}
