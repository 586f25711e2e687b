import { Command } from 'commander';
import type { AnyCommand, OptionDeclaration } from './command.ts';
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
import { createArgument, createOption } from './parameters.ts';
import { usageError } from './usage-error.ts';

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
