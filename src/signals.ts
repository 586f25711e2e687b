import { InterruptedError } from './errors.ts';

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/**
 * A signal that is aborted by the first Ctrl-C, SIGTERM or SIGHUP; its reason is an
 * InterruptedError. The second one does what the system does by default, unless whoever is
 * changing something listens for it from the abort on.
 */
export function interruptSignal(): AbortSignal {
  const controller = new AbortController();
  const interrupt = (name: NodeJS.Signals) => {
    controller.abort(new InterruptedError(`interrupted by ${name}`, { reason: 'interrupted' }));
    // Not at once: signal-exit (of ora and execa) kills the process when it is the last listener.
    setImmediate(() => {
      for (const signal of SIGNALS) process.off(signal, interrupt);
    });
  };
  for (const signal of SIGNALS) process.on(signal, interrupt);
  return controller.signal;
}

/** A signal that is aborted by the second Ctrl-C, SIGTERM or SIGHUP, the one after `first`. */
export function secondSignal(first: AbortSignal): AbortSignal {
  const controller = new AbortController();
  const listen = () => {
    for (const signal of SIGNALS) process.on(signal, () => controller.abort());
  };
  first.addEventListener('abort', listen, { once: true });
  return controller.signal;
}
