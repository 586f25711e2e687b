import { guardChange } from '../apply/guard.ts';
import { UsageError } from '../errors.ts';
import { askForAssigned } from './ask.ts';
import type { Context } from './context.ts';
import { forceNames } from './force-names.ts';
import type { GuardOptions } from './guard.ts';
import { guardSubject } from './guard-subject.ts';
import { openSession } from './open-session.ts';
import { runChange } from './run-change.ts';
import { sourcesArgument } from './sources-argument.ts';

/** `extip guard set` and `guard remove`: reads the arguments and runs the change. */
export async function runGuardChange(
  action: 'set' | 'remove',
  text: string | undefined,
  options: GuardOptions,
  context: Context,
): Promise<number> {
  const force = forceNames(options.force);
  mustBeOf(action, options);
  const input =
    action === 'set'
      ? {
          sources: sourcesArgument(options.source),
          order: options.order ?? null,
          cut: options.cut === true,
        }
      : null;
  // What was typed wrong is said before anything is read.
  if (text !== undefined || !context.interactive) guardSubject(action, text, 'default');
  const { session } = await openSession(options, context);
  const subject = guardSubject(
    action,
    text ?? (await askForAssigned(session, context)),
    session.connection.namespace,
  );
  const change = guardChange(session, subject, input, force);
  return runChange({ ...change, session }, options, context);
}

function mustBeOf(action: 'set' | 'remove', options: GuardOptions): void {
  const wrong = [
    ...(options.from === undefined ? [] : ['--from']),
    ...(options.snapshot === undefined ? [] : ['--snapshot']),
    ...(action === 'set' || options.source.length === 0 ? [] : ['--source']),
    ...(action === 'set' || options.order === undefined ? [] : ['--order']),
    ...(action === 'set' || !options.cut ? [] : ['--cut']),
  ];
  const [flag] = wrong;
  if (flag === undefined) return;
  const where = flag === '--from' || flag === '--snapshot' ? 'show' : 'set';
  throw new UsageError(`${flag} is for extip guard ${where}, not for guard ${action}`, {
    reason: 'conflicting-arguments',
    help: 'extip guard --help',
  });
}
