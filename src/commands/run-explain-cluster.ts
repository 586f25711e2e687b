import { ExitCode } from '../errors.ts';
import { formatExplanation } from '../output/explanation-format.ts';
import { askForService } from './ask.ts';
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
    : fromSnapshot(options.snapshot, args, options));
  for (const { input, line, column, message } of explanation.problems) {
    context.warn(`${input}:${line}:${column}: ${message}`);
  }
  const { output, colors } = context;
  context.write(await formatExplanation(explanation, { output, all: options.allRules, colors }));
  return ExitCode.ok;
}

async function live(args: string[], options: ExplainOptions, context: Context) {
  const asks = args.length === 0 && options.to === undefined && context.interactive;
  // What was typed wrong is said before anybody is asked.
  if (!asks) readQuestion(args, options, 'default');
  const { session } = await openSession(options, context);
  const subject = asks ? [await askForService(session, context)] : args;
  return explainLive(session, readQuestion(subject, options, session.connection.namespace));
}

async function fromSnapshot(path: string, args: string[], options: ExplainOptions) {
  const { explainSnapshot } = await import('./explain-snapshot.ts');
  return explainSnapshot(path, readQuestion(args, options, options.namespace ?? 'default'));
}
