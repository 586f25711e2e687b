import { UsageError } from '../errors.ts';
import type { Context } from './context.ts';

/** The value of a flag that must be given; throws a UsageError that names it. */
export function required(
  flag: string,
  value: string | undefined,
  { called }: Pick<Context, 'called'>,
): string {
  if (value !== undefined) return value;
  throw new UsageError(`${flag} is missing`, {
    reason: 'missing-option',
    help: `see '${called} --help'`,
  });
}
