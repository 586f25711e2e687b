import { InterruptedError, UsageError } from '../errors.ts';
import { oneLine } from './sanitize.ts';

/** Questions to a person, on stderr so that a result on stdout stays clean. */
export interface Prompt {
  /** yes or no; no is what Enter means. Off a terminal a UsageError that names --yes. */
  confirm(question: string): Promise<boolean>;
  /** One of the choices. Off a terminal a UsageError that names `flag`. */
  select<T>(question: string, choices: readonly Choice<T>[], flag: string): Promise<T>;
  /** A line of text; `validate` returns true or what is wrong. Off a terminal as `select`. */
  input(question: string, validate: Validate, flag: string): Promise<string>;
}

export interface Choice<T> {
  name: string;
  value: T;
}

export type Validate = (value: string) => true | string;

/** Asks with inquirer, which is loaded with the first question. */
export function terminalPrompt(signal: AbortSignal): Prompt {
  const context = { output: process.stderr, signal };
  return {
    async confirm(message) {
      const { confirm } = await import('./inquirer.ts');
      return answer(confirm({ message: oneLine(message), default: false }, context));
    },
    async select(message, choices) {
      const { select } = await import('./inquirer.ts');
      const safe = choices.map(({ name, value }) => ({ name: oneLine(name), value }));
      return answer(select({ message: oneLine(message), choices: safe }, context));
    },
    async input(message, validate) {
      const { input } = await import('./inquirer.ts');
      return answer(input({ message: oneLine(message), validate }, context));
    },
  };
}

/** Asks nobody: a script must have said everything on the command line. */
export const noPrompt: Prompt = {
  async confirm(question) {
    throw mustBeGiven(question, '--yes');
  },
  async select(question, _choices, flag) {
    throw mustBeGiven(question, flag);
  },
  async input(question, _validate, flag) {
    throw mustBeGiven(question, flag);
  },
};

function mustBeGiven(question: string, flag: string): UsageError {
  return new UsageError(`nobody can be asked here (not a terminal, or CI is set): ${question}`, {
    reason: 'no-terminal',
    help: `give ${flag}`,
  });
}

/** inquirer rejects on Ctrl-C and on the signal; both mean the same here. */
async function answer<T>(asked: Promise<T>): Promise<T> {
  try {
    return await asked;
  } catch (cause) {
    if (cause instanceof Error && /^(ExitPrompt|AbortPrompt|CancelPrompt)Error$/.test(cause.name)) {
      throw new InterruptedError('interrupted at a question; nothing was changed', {
        reason: 'interrupted',
        cause,
      });
    }
    throw cause;
  }
}
