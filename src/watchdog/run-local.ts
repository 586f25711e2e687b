import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ExtipError } from '../errors.ts';
import { age, now } from '../moment.ts';
import { heirFor } from './heir.ts';
import { DISARM, type WatchdogMessage, type WatchdogOrder } from './order.ts';
import { takeBack, tryOut } from './take-back.ts';

/** Watchdogs on nodes were armed a moment later than this one, and do the same a moment later. */
const NODES_LATER_SECONDS = 15;

/**
 * The watchdog's own process: reads its order from standard input, makes sure that it can carry it out,
 * waits, and carries it out unless it is disarmed before. Nothing is written to disk: what it did shows in
 * the objects.
 */
export async function runLocal(): Promise<void> {
  process.title = 'extip-watchdog';
  // Nobody may be listening any more.
  process.stdout.on('error', () => {});
  // The terminal that it was started from may be closed.
  for (const signal of ['SIGHUP', 'SIGINT'] as const) process.on(signal, () => {});
  const input = readInput();
  const order = await input.order;
  if (order === null) process.exit();
  try {
    await tryOut(order);
  } catch (error) {
    const { message = String(error), help } = error as Partial<ExtipError>;
    say({ state: 'refused', message, ...(help !== undefined && { help }) });
    process.exit(1);
  }
  const decision = Promise.race([input.disarmed, timeIsUp(order.seconds)]);
  const decided = new AbortController();
  const heir = heirFor(order);
  // Not before: as long as the run goes on it has the lock itself.
  input.closed.then(() => heir.waitFor(decided.signal));
  say({ state: 'armed' });
  const isDisarmed = await decision;
  decided.abort();
  if (isDisarmed) {
    say({ state: 'disarmed' });
    process.exit();
  }
  say({ state: 'fired' });
  const left = await takeBack(order, heir);
  say({ state: 'ended', left });
  if (heir.hasLock()) {
    await sleep(NODES_LATER_SECONDS * 1000);
    await heir.release();
  }
  process.exit(left === 0 ? 0 : 1);
}

function say(message: WatchdogMessage): void {
  process.stdout.write(`${JSON.stringify(message)}\n`);
}

interface Input {
  order: Promise<WatchdogOrder | null>;
  disarmed: Promise<true>;
  /** Whoever started the watchdog has ended, or was killed, and did not disarm it. */
  closed: Promise<void>;
}

function readInput(): Input {
  const order = Promise.withResolvers<WatchdogOrder | null>();
  const disarmed = Promise.withResolvers<true>();
  const closed = Promise.withResolvers<void>();
  const lines = createInterface({ input: process.stdin });
  lines.on('line', (line) => {
    if (line === DISARM) disarmed.resolve(true);
    else order.resolve(JSON.parse(line));
  });
  lines.on('close', () => {
    order.resolve(null);
    closed.resolve();
  });
  return { order: order.promise, disarmed: disarmed.promise, closed: closed.promise };
}

/** Also at once when somebody ends it, as a machine that is shut down does: nobody else would undo it. */
function timeIsUp(seconds: number): Promise<false> {
  const { promise, resolve } = Promise.withResolvers<false>();
  const start = now();
  process.on('SIGTERM', () => resolve(false));
  setInterval(() => {
    if (age(start) >= seconds) resolve(false);
  }, 200);
  return promise;
}
