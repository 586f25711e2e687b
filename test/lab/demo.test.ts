import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { execa } from 'execa';

test('where no lab can be started, the demo says why and explains recorded rules', async (t) => {
  const PATH = await mkdtemp(join(tmpdir(), 'extip-demo-'));
  t.after(() => rm(PATH, { recursive: true }));
  const demo = join(import.meta.dirname, 'demo.ts');
  // A machine without programs has no lab, whoever runs this.
  const { stdout } = await execa(process.execPath, [demo], { env: { PATH }, extendEnv: false });
  const [why, , command, packet, verdict] = stdout.split('\n');
  assert.match(why ?? '', /^# No lab can be started here \(.+\)\. What works without one:/);
  assert.match(command ?? '', /^\$ extip explain --rules docs\/\S+ /);
  assert.deepEqual(
    [packet, verdict],
    ['203.0.113.9 → 10.22.0.0:80 tcp, from outside', '  delivered'],
  );
});
