import { UsageError } from '../errors.ts';
import { type ExplainFlags, readAddress, readTarget } from '../explain/request.ts';
import type { Validate } from '../output/prompt.ts';
import type { Context } from './context.ts';
import type { ExplainOptions } from './explain.ts';
import { required } from './required.ts';

/** The flags that must be given; on a terminal what is missing is asked for. */
export async function packetFlags(
  options: ExplainOptions,
  context: Context,
): Promise<ExplainFlags & { rules: string }> {
  const { protocol } = options;
  const given = async (
    flag: '--rules' | '--to' | '--from',
    value: string | undefined,
    question: string,
    read: (text: string) => unknown,
  ) =>
    value === undefined && context.interactive
      ? context.input(question, validating(read), flag)
      : required(flag, value, context);
  const port = protocol === 'icmp' ? '' : ':PORT';
  return {
    ...options,
    rules: await given('--rules', options.rules, 'Which file has the rules?', isSomething),
    to: await given('--to', options.to, `Where does the packet go (ADDRESS${port})?`, (text) =>
      readTarget(text, protocol),
    ),
    from: await given('--from', options.from, 'Where does it come from (ADDRESS)?', (text) =>
      readAddress('--from', text),
    ),
  };
}

function isSomething(text: string): void {
  if (text === '') throw new UsageError('a file must be named', { reason: 'missing-option' });
}

function validating(read: (text: string) => unknown): Validate {
  return (text) => {
    try {
      read(text);
      return true;
    } catch (error) {
      if (error instanceof UsageError) return error.message;
      throw error;
    }
  };
}
