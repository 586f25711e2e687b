import type { Session } from '../apply/session.ts';
import { ExitCode } from '../errors.ts';
import { unlessAborted } from '../unless-aborted.ts';
import type { Context } from './context.ts';
import type { ExplainOptions } from './explain.ts';
import { explainLive } from './explain-live.ts';
import { readQuestion } from './explain-question.ts';
import { openSession } from './open-session.ts';

/** `extip explain` of a Service, an address or a packet: reads cluster and nodes, or a snapshot. */
export async function runExplainCluster(
  args: string[],
  options: ExplainOptions,
  context: Context,
): Promise<number> {
  const explanation = await (options.snapshot === undefined
    ? live(args, options, context)
    : fromSnapshot(options.snapshot, args, options, context));
  for (const { input, line, column, message } of explanation.problems) {
    context.warn(`${input}:${line}:${column}: ${message}`);
  }
  const { formatExplanation } = await import('../output/explanation-format.ts');
  const { output, colors } = context;
  context.write(await formatExplanation(explanation, { output, all: options.allRules, colors }));
  return ExitCode.ok;
}

async function live(args: string[], options: ExplainOptions, context: Context) {
  const asks = args.length === 0 && options.to === undefined && context.interactive;
  // What was typed wrong is said before anybody is asked.
  if (!asks) readQuestion(args, options, 'default');
  const { session } = await openSession(options, context);
  const subject = asks ? [await askService(session, context)] : args;
  const question = readQuestion(subject, options, session.connection.namespace);
  return unlessAborted(explainLive(session, question), context.signal);
}

async function askService(session: Session, context: Context): Promise<string> {
  const { askForService } = await import('./ask.ts');
  return askForService(session, context);
}

async function fromSnapshot(
  path: string,
  args: string[],
  options: ExplainOptions,
  { signal }: Context,
) {
  const { explainSnapshot } = await import('./explain-snapshot.ts');
  const question = readQuestion(args, options, options.namespace ?? 'default');
  return unlessAborted(explainSnapshot(path, question), signal);
}
