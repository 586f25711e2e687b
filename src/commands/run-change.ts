import { actionCommands } from '../apply/action-commands.ts';
import { type Change, carryOut, type Decided, type Outcome } from '../apply/carry-out.ts';
import type { Session } from '../apply/session.ts';
import { FailedError, UsageError } from '../errors.ts';
import type { ApplyResultDocument, PlanDocument } from '../output/documents.ts';
import { document, toJson } from '../output/json.ts';
import { outcomeText } from '../output/outcome-text.ts';
import { planContent } from '../output/plan-content.ts';
import { planText } from '../output/plan-text.ts';
import type { Progress } from '../output/progress.ts';
import { toYaml } from '../output/yaml.ts';
import type { Plan } from '../plan/action.ts';
import { secondSignal } from '../signals.ts';
import type { Snapshot } from '../snapshot/model.ts';
import { unlessAborted } from '../unless-aborted.ts';
import type { Context } from './context.ts';
import type { ChangeOptions } from './options.ts';

type Parts = Pick<Change, 'decide' | 'mayDiffer' | 'tolerated'> & {
  session: Session;
  outside?: string;
};

/** Shows, confirms and carries out a change, and prints what came of it. */
export async function runChange(
  parts: Parts,
  options: ChangeOptions,
  context: Context,
): Promise<number> {
  const outcome = await changeWith(parts, options, context);
  await print(outcome, options.dryRun !== 'none', context);
  return 0;
}

/** Shows, confirms and carries out a change; prints nothing of what came of it. */
export async function changeWith(
  parts: Parts,
  options: ChangeOptions,
  context: Context,
): Promise<Outcome> {
  if (options.dryRun === 'none' && !options.yes && !context.interactive) mustConfirm();
  const human = context.output === 'text' || context.output === 'table';
  const interrupts = { first: context.signal, second: secondSignal(context.signal) };
  return carryOut({
    ...parts,
    dryRun: options.dryRun,
    yes: options.yes,
    lockTimeout: options.lockTimeout,
    interrupts,
    decide: (before) =>
      during(context, 'read the cluster and its nodes', () =>
        unlessAborted(parts.decide(before), before ? interrupts.second : interrupts.first),
      ),
    show(decided) {
      // Whoever is asked must see what about; a script that said yes gets its document alone.
      if (options.dryRun !== 'none' || (!human && options.yes)) return;
      const { plan, notes } = decided;
      context.show(`${planText(plan, notes, context.errorColors)}\n`);
    },
    async confirm({ plan }) {
      if (options.yes) return;
      const what = plan.changes.map(({ verb, ip }) => `${verb} ${ip}`).join(', ');
      const agreed = await context.confirm(`${what}?`);
      if (!agreed) throw new FailedError('not confirmed', { reason: 'not-confirmed' });
    },
    onLockWait: (holder) => context.note(`waiting for ${holder} to finish`),
    onStep: stepReporter(context),
  });
}

function mustConfirm(): never {
  throw new UsageError('nobody can be asked to confirm here (not a terminal, or CI is set)', {
    reason: 'no-terminal',
    help: 'give --yes, or --dry-run=client to see the plan',
  });
}

async function during<T>(context: Context, title: string, work: () => Promise<T>): Promise<T> {
  if (!context.interactive) return work();
  const progress = context.progress(title);
  try {
    const result = await work();
    progress.done();
    return result;
  } catch (error) {
    progress.fail();
    throw error;
  }
}

function stepReporter(context: Context): Change['onStep'] {
  let current: Progress | undefined;
  return ({ title }, state) => {
    if (state === 'started' || state === 'undoing') {
      current = context.progress(state === 'started' ? title : `undo: ${title}`);
    } else if (state === 'done' || state === 'undone') current?.done();
    else current?.fail();
  };
}

async function print(outcome: Outcome, dryRun: boolean, context: Context): Promise<void> {
  const text = () => {
    if (outcome.result === 'dry-run') return planWithCommands(outcome, context);
    return outcomeText(outcome, context.colors);
  };
  if (context.output === 'text') context.write(text());
  else if (context.output === 'json') context.write(toJson(toDocument(outcome, dryRun)));
  else context.write(await toYaml(toDocument(outcome, dryRun)));
}

/** The plan with the commands that do the same by hand. */
export function planWithCommands(
  { plan, notes, snapshot }: Decided,
  { colors }: Pick<Context, 'colors'>,
): string {
  return planText(plan, notes, colors, commandsOf(plan, snapshot));
}

function commandsOf({ steps }: Plan, { cluster }: Snapshot): (string | null)[] {
  const actions = steps.map(({ action }) => action);
  return actionCommands(cluster.services, actions);
}

function toDocument(outcome: Outcome, dryRun: boolean): PlanDocument | ApplyResultDocument {
  const { plan, notes, snapshot, result, checks } = outcome;
  const content = planContent(plan, notes, commandsOf(plan, snapshot));
  if (dryRun) return document('Plan', content);
  return document('ApplyResult', { changed: result === 'changed', ...content, checks });
}
