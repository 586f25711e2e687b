import type { ChildProcess } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import type { WatchdogMessage } from './order.ts';

type Said<State extends WatchdogMessage['state']> = Extract<WatchdogMessage, { state: State }>;

/** What a watchdog says, each when it says it; null: it ended without. None of them rejects. */
export interface Listening {
  armed: Promise<Said<'armed' | 'refused'> | null>;
  over: Promise<Said<'disarmed' | 'fired'> | null>;
  ended: Promise<Said<'ended'> | null>;
  /** Its process is gone. */
  closed: Promise<null>;
}

/** Listens to the process of a watchdog. */
export function listen(child: ChildProcess & { stdout: Readable }): Listening {
  const armed = Promise.withResolvers<Said<'armed' | 'refused'> | null>();
  const over = Promise.withResolvers<Said<'disarmed' | 'fired'> | null>();
  const ended = Promise.withResolvers<Said<'ended'> | null>();
  const closed = Promise.withResolvers<null>();
  createInterface({ input: child.stdout }).on('line', (line) => {
    const message = JSON.parse(line) as WatchdogMessage;
    switch (message.state) {
      case 'armed':
      case 'refused':
        return armed.resolve(message);
      case 'disarmed':
      case 'fired':
        return over.resolve(message);
      case 'ended':
        return ended.resolve(message);
    }
  });
  const end = () => {
    for (const { resolve } of [armed, over, ended, closed]) resolve(null);
  };
  // Not `exit`: what it said last may still be in the pipe.
  child.on('close', end);
  child.on('error', end);
  return {
    armed: armed.promise,
    over: over.promise,
    ended: ended.promise,
    closed: closed.promise,
  };
}
