import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { ErrorDocument } from '../../src/output/error-document.ts';
import type { HostProcess } from '../lab/harness.ts';
import type { Ground } from './ground.ts';
import type { Verdict } from './point.ts';

/**
 * Interrupts extip at a point again and again until it has ended, as an impatient person does; what
 * was under way goes on without it, and is waited for. extip must say so if anything is left.
 */
export async function interruptTwice(
  { interception }: Ground,
  command: string,
  point: string,
): Promise<void> {
  const arrived = Promise.withResolvers<void>();
  const run = await interception.start(
    ['extip', ...command.split(' '), '-o', 'json'],
    async ({ name }, process): Promise<Verdict> => {
      if (name === point) await interruptUntilEnd(process);
      if (name === point.replace(/ before$/, ' after')) arrived.resolve();
      return 'pass';
    },
  );
  const { exitCode, stdout, stderr } = await run.result;
  await arrived.promise;
  assert.ok(exitCode === 5 || exitCode === 130, `exit ${exitCode}: ${stderr}`);
  const error = ErrorDocument.parse(JSON.parse(stdout));
  assert.equal(exitCode === 5, (error.left ?? []).length > 0, stdout);
}

async function interruptUntilEnd(process: HostProcess): Promise<void> {
  let ended = false;
  process.result.finally(() => {
    ended = true;
  });
  while (!ended) {
    process.kill('SIGINT');
    await sleep(100);
  }
}
