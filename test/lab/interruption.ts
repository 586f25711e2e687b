import { down } from './down.ts';

/** Does what needs the lab, from its start on; a signal meanwhile takes it down and exits with 130. */
export async function downWhenInterrupted(name: string, work: () => Promise<void>): Promise<void> {
  let interrupted = false;
  const interruption = new Promise<void>((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
      process.on(signal, () => {
        interrupted = true;
        resolve();
      });
    }
  });
  try {
    await Promise.race([work(), interruption]);
  } finally {
    if (interrupted) {
      process.stderr.write(`interrupted: taking lab ${name} down\n`);
      await down(name);
      process.exit(130);
    }
  }
}
