import assert from 'node:assert/strict';
import { ErrorDocument } from '../../src/output/error-document.ts';
import type { Ground } from './ground.ts';
import type { Verdict } from './point.ts';

/**
 * Interrupts extip twice at a point, by different signals, because two of a kind that wait to be
 * delivered are one. It must end although what is under way has not; that goes on, and is waited
 * for. Exit 5 names what may be left, 130 says that nothing is.
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
      if (name === point) {
        process.kill('SIGINT');
        process.kill('SIGTERM');
        await process.result;
      }
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
