/** Every hostile input: nothing runs, no escape reaches the terminal, a clear error. */
import assert from 'node:assert/strict';
import { after, before, describe, it, test } from 'node:test';
import { on } from '../../commands/observe.ts';
import { allCases } from '../../hostile/all-cases.ts';
import { mustBeSafe } from '../../hostile/harmless.ts';
import { playHostile } from '../../hostile/play-cases.ts';
import { startWorld } from '../../hostile/world.ts';
import { type Lab, skipWithoutLab, startLab } from '../../lab/harness.ts';
import { type LabCase, labCases } from './hostile-cases.ts';

test('hostile arguments, environment, files, API servers and nodes are harmless', async (t) => {
  const world = await startWorld();
  t.after(() => world.close());
  const failed = await playHostile(world, allCases);
  console.log(`hostile input: ${allCases.length - failed.length} of ${allCases.length} harmless`);
  assert.deepEqual(failed, []);
});

describe('a hostile node in the lab', { skip: await skipWithoutLab() }, () => {
  let lab: Lab;
  before(async () => {
    lab = await startLab('s2');
  });
  after(() => lab?.down());

  it('is harmless', async () => {
    const failed: string[] = [];
    for (const one of labCases) {
      await play(lab, one).catch((error) => failed.push(`${one.name}: ${error.message}`));
    }
    const all = labCases.length;
    console.log(`hostile input in the lab: ${all - failed.length} of ${all} harmless`);
    assert.deepEqual(failed, []);
  });
});

/** The case in both formats; no canary on the operator or on a node. */
async function play(lab: Lab, hostile: LabCase): Promise<void> {
  await on(lab, 'k0', hostile.on);
  try {
    for (const output of ['', ' -o json']) {
      const began = performance.now();
      const result = await lab.extip(...`${hostile.command}${output}`.split(' '));
      const said = result.stdout + result.stderr;
      mustBeSafe(hostile, {
        exitCode: result.exitCode,
        stdout: Buffer.from(result.stdout),
        stderr: Buffer.from(result.stderr),
        seconds: (performance.now() - began) / 1000,
        ran: await hasCanary(lab),
      });
      if (output === '') assert.match(said, hostile.says);
    }
  } finally {
    await on(lab, 'k0', hostile.off);
  }
}

async function hasCanary(lab: Lab): Promise<boolean> {
  const look = 'find /root /tmp /var/lib/extip -name canary 2>/dev/null | grep -c . || :';
  const counts = await Promise.all(['operator', 'k0'].map((host) => on(lab, host, look)));
  return counts.some((count) => count !== '0');
}
