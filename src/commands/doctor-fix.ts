import { mendChange } from '../apply/mend.ts';
import type { Session } from '../apply/session.ts';
import { outcomeText } from '../output/outcome-text.ts';
import type { Mend } from '../plan/mend.ts';
import type { Context } from './context.ts';
import { forceNames } from './force-names.ts';
import type { ChangeOptions } from './options.ts';
import { changeWith, planWithCommands } from './run-change.ts';

/**
 * Makes one change of all that can be mended, shown and confirmed like any; what is refused is warned of. Whether
 * anything was changed.
 */
export async function fix(
  session: Session,
  mends: readonly Mend[],
  options: ChangeOptions,
  context: Context,
): Promise<boolean> {
  const force = forceNames(options.force);
  const change = mendChange(session, mends, force, (command, { message }) =>
    context.warn(`not mended by ${command}: ${message}`),
  );
  const outcome = await changeWith({ ...change, session }, options, context);
  const { errorColors } = context;
  // On standard output is the report alone.
  if (outcome.result === 'dry-run')
    context.show(planWithCommands(outcome, { colors: errorColors }));
  else context.show(outcomeText(outcome, errorColors));
  return outcome.result === 'changed';
}
