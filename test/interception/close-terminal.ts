import { readFile, rm } from 'node:fs/promises';
import { waitFor } from '../lab/wait.ts';
import type { Ground } from './ground.ts';

const EXIT_FILE = '/run/interception/exit';

/**
 * Runs extip on a terminal that is closed under it at the point: script(1), which holds the other
 * side of it, is killed. Returns extip's exit code, which the shell that waits for it writes down.
 */
export async function closeTerminal(
  { lab, interception }: Ground,
  command: string,
  point: string,
): Promise<number> {
  const file = lab.path('operator', EXIT_FILE);
  await rm(file, { force: true });
  // The terminal's own shell dies of it, and the kernel then ends what runs in its foreground.
  const inside = `sh -c 'trap : HUP; extip ${command}; echo $? >${EXIT_FILE}'; true`;
  const run = await interception.start(
    ['script', '-qfec', inside, '/dev/null'],
    ({ name }, process) => {
      if (name === point) process.kill('SIGKILL');
      return 'pass';
    },
  );
  await run.result;
  return waitFor('the end of extip', async () => {
    const code = await readFile(file, 'utf8');
    if (!code.endsWith('\n')) throw new Error('not written yet');
    return Number(code);
  });
}
