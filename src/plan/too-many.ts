import { RefusedError } from '../errors.ts';

/** The error for one more record where the most that is read back is reached. */
export function tooMany(what: string): RefusedError {
  return new RefusedError(`${what} from extip already, which is the most it records`, {
    reason: 'too-many',
  });
}
