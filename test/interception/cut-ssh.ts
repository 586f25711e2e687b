import assert from 'node:assert/strict';
import type { HostProcess, Lab } from '../lab/harness.ts';
import { waitFor } from '../lab/wait.ts';
import type { Ground } from './ground.ts';
import type { Verdict } from './point.ts';

/**
 * Kills the local ssh while its script runs on k0, where it goes on: it is held up there by the
 * lock on the records' folder until extip, which cannot know what becomes of it, sends the script
 * that takes it back. extip must end with exit 1: nothing is left changed, whichever comes first.
 */
export async function cutSsh(
  { lab, interception }: Ground,
  command: string,
  point: string,
): Promise<void> {
  const during = point.replace(/ before$/, ' during');
  let holder: HostProcess | undefined;
  let reached = false;
  const run = await interception.start(
    ['extip', ...command.split(' ')],
    async ({ name, side, phase }): Promise<Verdict> => {
      if (name === point) {
        reached = true;
        holder = await holdRecords(lab);
        return 'cut';
      }
      if (name === during) await waitFor('the script', () => waitingScripts(lab, 1));
      else if (side === 'node' && phase === 'before') {
        holder?.kill('SIGKILL');
        holder = undefined;
      }
      return 'pass';
    },
  );
  const { exitCode, stderr } = await run.result;
  assert.ok(reached, `${command} did not come to: ${point}\n${stderr}`);
  await waitFor('the end of the script', () => waitingScripts(lab, 0));
  assert.equal(exitCode, 1, stderr);
  assert.match(stderr, /the connection ended in section change/);
}

/** A process on k0 that holds the lock under which every change there is made. */
async function holdRecords(lab: Lab): Promise<HostProcess> {
  const command = 'exec 9</var/lib/extip && flock -x 9 && exec sleep 600';
  const holder = lab.spawn('k0', ['sh', '-c', command]);
  await waitFor('the lock', async () => {
    const free = await lab.exec('k0', ['flock', '-n', '/var/lib/extip', 'true']);
    assert.equal(free.exitCode, 1);
  });
  return holder;
}

async function waitingScripts(lab: Lab, count: number): Promise<void> {
  const { stdout } = await lab.exec('k0', ['pgrep', '-cxf', 'flock -x 9']);
  assert.equal(Number(stdout), count);
}
