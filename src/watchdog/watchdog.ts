import { FailedError } from '../errors.ts';

/** A process that takes changes of Calico's objects back, unless it is disarmed in time. */
export interface Watchdog {
  /** Where it runs, for a person. */
  where: string;
  /** Ends it. Throws FailedError `watchdog-fired` where it was too late for that. */
  disarm(): Promise<void>;
}

/** The error of a run that was taken back by its watchdog. */
export function fired(
  { where }: Pick<Watchdog, 'where'>,
  why: string,
  outcome: string,
): FailedError {
  return new FailedError(`the watchdog on ${where} has fired: ${why}; ${outcome}`, {
    reason: 'watchdog-fired',
    help: 'see what is left with extip guard show, then run the command again',
  });
}
