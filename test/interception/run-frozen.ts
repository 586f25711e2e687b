import assert from 'node:assert/strict';
import type { ExecResult } from '../lab/harness.ts';
import type { Ground } from './ground.ts';
import type { Verdict } from './point.ts';

/**
 * Runs extip and stops it (SIGSTOP) at the point until `meanwhile` is done. What was under way to a
 * node or the API arrives there while extip still sleeps, as a packet does.
 */
export async function runFrozen(
  { interception }: Ground,
  command: string,
  point: string,
  meanwhile: () => Promise<void>,
): Promise<ExecResult> {
  let reached = false;
  let failure: unknown;
  const arrived = point.replace(/ before$/, ' after');
  const run = await interception.start(
    ['extip', ...command.split(' ')],
    async ({ name }, process): Promise<Verdict> => {
      if (name === point) {
        reached = true;
        process.kill('SIGSTOP');
        await meanwhile().catch((error) => {
          failure = error;
        });
      }
      if (name === arrived) process.kill('SIGCONT');
      return 'pass';
    },
  );
  const result = await run.result;
  assert.ok(reached, `${command} did not come to: ${point}\n${result.stderr}`);
  if (failure) throw failure;
  return result;
}
