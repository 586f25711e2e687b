import { UsageError } from '../errors.ts';
import { type ExplainFlags, readAddress, readTarget } from '../explain/request.ts';
import type { Validate } from '../output/prompt.ts';
import type { Context } from './context.ts';
import type { ExplainOptions } from './explain.ts';
import { required } from './required.ts';

/** The packet's flags that must be given; on a terminal what is missing is asked for. */
export async function packetFlags(
  options: ExplainOptions,
  context: Context,
): Promise<ExplainFlags> {
  const { protocol } = options;
  const given = async (
    flag: '--to' | '--from',
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
    to: await given('--to', options.to, `Where does the packet go (ADDRESS${port})?`, (text) =>
      readTarget(text, protocol),
    ),
    from: await given('--from', options.from, 'Where does it come from (ADDRESS)?', (text) =>
      readAddress('--from', text),
    ),
  };
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
