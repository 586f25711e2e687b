import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { execa } from 'execa';

test('where no lab can be started, the demo says why and explains a recorded cluster', async (t) => {
  const PATH = await mkdtemp(join(tmpdir(), 'extip-demo-'));
  t.after(() => rm(PATH, { recursive: true }));
  const demo = join(import.meta.dirname, 'demo.ts');
  // A machine without programs has no lab, whoever runs this.
  const { stdout } = await execa(process.execPath, [demo], { env: { PATH }, extendEnv: false });
  const [why, , command, packet, outside, rule, help] = stdout.split('\n');
  assert.match(why ?? '', /^# No lab can be started here \(.+\)\. What works without one:/);
  assert.match(command ?? '', /^\$ extip explain svc svc-test-1 --snapshot docs\/\S+$/);
  assert.deepEqual(
    [packet, rule],
    ['20.1.0.167:80 tcp, default/svc-test-1', '    -A FORWARD -d 192.168.0.0/16 -i ens34 -j DROP'],
  );
  assert.match(
    outside ?? '',
    /^ {2}from outside, at k0, which has the address: dropped: a rule of /,
  );
  assert.match(help ?? '', /^ {4}help: find who made it/);
});
