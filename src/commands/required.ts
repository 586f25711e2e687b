import { UsageError } from '../errors.ts';

/** The value of a flag that must be given; throws a UsageError that names it. */
export function required(flag: string, value: string | undefined): string {
  if (value !== undefined) return value;
  throw new UsageError(`${flag} is missing`, {
    reason: 'missing-option',
    help: "see 'extip explain --help'",
  });
}
