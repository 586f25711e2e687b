import { Argument, Command, Option } from 'commander';
import { UsageError } from '../errors.ts';
import { nearest } from '../nearest.ts';
import { oneLine } from '../output/sanitize.ts';
import { checkValue } from './check-value.ts';
import type { AnyCommand, ArgumentDeclaration, OptionDeclaration } from './command.ts';
import { helpConfiguration } from './help.ts';
import {
  ANY_OUTPUT,
  GLOBAL_OPTIONS,
  HELP_OPTION,
  OPTION_GROUPS,
  outputOption,
  SHARED_OPTIONS,
  VERSION_OPTION,
} from './options.ts';
import { usageError, withHelp } from './usage-error.ts';

/** Gets the command that was called. */
export type Handler = (
  declaration: AnyCommand,
  args: string[],
  options: Record<string, unknown>,
) => Promise<void>;

/** commander's program for these declarations; `name` is what the user types to call it. */
export function createProgram(
  name: string,
  version: string,
  declarations: readonly AnyCommand[],
  handle: Handler,
): Command {
  const examples = declarations.flatMap((declaration) => declaration.examples.slice(0, 1));
  const program = createCommand(name, name)
    .description('Manages external IPs of Kubernetes Services by hand, on bare metal.')
    .configureHelp(helpConfiguration(examples))
    .usage('COMMAND [options]')
    .helpCommand('help [command]', 'Print the help of a command')
    .optionsGroup('Global options:')
    .version(version, VERSION_OPTION.flags, VERSION_OPTION.description)
    .enablePositionalOptions();
  addOptions(program, name, [ANY_OUTPUT, ...GLOBAL_OPTIONS], 'Global options:');
  for (const declaration of declarations) {
    program.addCommand(createVerb(declaration, `${name} ${declaration.name}`, handle));
  }
  return program;
}

function createVerb(declaration: AnyCommand, called: string, handle: Handler): Command {
  const { name, summary, description, examples, reads, outputs } = declaration;
  const verb = createCommand(name, called)
    .summary(summary)
    .description(description ?? `${summary}.`)
    .configureHelp(helpConfiguration(examples));
  for (const argument of declaration.arguments) verb.addArgument(createArgument(argument, called));
  addOptions(verb, called, declaration.options, 'Options:');
  if (outputs.length > 0) addOptions(verb, called, [outputOption(outputs)], 'Options:');
  for (const group of reads) addOptions(verb, called, SHARED_OPTIONS[group], OPTION_GROUPS[group]);
  addOptions(verb, called, GLOBAL_OPTIONS, 'Global options:');
  return verb.action(() => handle(declaration, verb.args, verb.opts()));
}

/** A command that throws where commander would print an error and exit. */
function createCommand(name: string, called: string): Command {
  const command = new Command(name);
  return command
    .helpCommand(false)
    .addHelpOption(createOption(HELP_OPTION, called).helpGroup('Global options:'))
    .showSuggestionAfterError(false)
    .configureOutput({ writeErr: () => {}, outputError: () => {} })
    .exitOverride((error) => {
      throw error.exitCode === 0 ? error : usageError(error, command, called);
    });
}

function createArgument(declaration: ArgumentDeclaration, called: string): Argument {
  const { name, description, required, choices } = declaration;
  const argument = new Argument(required ? `<${name}>` : `[${name}]`, description);
  if (choices) argument.choices([...choices]);
  const parse = (value: string) => {
    checkValue(name, value);
    checkChoice(name, value, choices);
    return value;
  };
  return argument.argParser(withHelp(called, parse));
}

function addOptions(
  command: Command,
  called: string,
  declarations: readonly OptionDeclaration[],
  heading: string,
): void {
  for (const declaration of declarations) {
    command.addOption(createOption(declaration, called).helpGroup(heading));
  }
}

function createOption(declaration: OptionDeclaration, called: string): Option {
  const { flags, description, parse, choices, repeatable } = declaration;
  const option = new Option(flags, description);
  if (choices) option.choices([...choices]);
  if (repeatable) option.default([], 'none');
  else if (declaration.default !== undefined) option.default(declaration.default);
  if (!option.required) return option;
  const parseValue = (value: string, previous: unknown) => {
    checkValue(option.long ?? flags, value);
    checkChoice(option.long ?? flags, value, choices);
    if (repeatable) return [...(previous as unknown[]), value];
    return parse ? parse(value, previous) : value;
  };
  return option.argParser(withHelp(called, parseValue));
}

function checkChoice(subject: string, value: string, choices?: readonly string[]): void {
  if (!choices || choices.includes(value)) return;
  const near = nearest(value, choices);
  throw new UsageError(`${subject}: '${oneLine(value)}' is none of ${choices.join(', ')}`, {
    reason: 'invalid-value',
    ...(near && { help: `did you mean ${near}?` }),
  });
}
