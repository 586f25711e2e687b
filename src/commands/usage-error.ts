import type { Command, CommanderError } from 'commander';
import { UsageError } from '../errors.ts';
import { nearest } from '../nearest.ts';

/**
 * commander's complaint about the command line of `command` as a UsageError, with the nearest
 * name and where the help is. `called` is what the user types to call it, e.g. `extip assign`.
 */
export function usageError(error: CommanderError, command: Command, called: string): UsageError {
  const help = see(called);
  const [first, asked] = command.args;
  if (error.code === 'commander.help' && first === undefined) {
    return new UsageError('no command given', { reason: 'missing-command', help });
  }
  // What commander makes of `help nosuch` says nothing.
  const { code, message } =
    error.code === 'commander.help'
      ? { code: 'commander.unknownCommand', message: `error: unknown command '${asked}'` }
      : error;
  const [, word = ''] = /^error: unknown \w+ '([^'=]*)/.exec(message) ?? [];
  const near = nearest(word, namesOf(command));
  return new UsageError(message.replace(/^error: /, ''), {
    // commander.unknownOption → unknown-option
    reason: code.replace('commander.', '').replace(/[A-Z]/g, (c) => `-${c.toLowerCase()}`),
    help: near ? `did you mean ${near}?\n${help}` : help,
  });
}

/** The parser, with where the help is in the UsageErrors that it throws. */
export function withHelp<Parsed>(
  called: string,
  parse: (value: string, previous: unknown) => Parsed,
): (value: string, previous: unknown) => Parsed {
  return (value, previous) => {
    try {
      return parse(value, previous);
    } catch (error) {
      if (!(error instanceof UsageError)) throw error;
      const { message, reason } = error;
      const help = [error.help, see(called)].filter(Boolean).join('\n');
      throw new UsageError(message, { reason, help });
    }
  };
}

function see(called: string): string {
  return `see '${called} --help'`;
}

function namesOf(command: Command): string[] {
  const flags = command.options.flatMap(({ long }) => long ?? []);
  return [...flags, ...command.commands.map((verb) => verb.name())];
}
