import type { Argument, Command, Help, HelpConfiguration, Option } from 'commander';
import type { Example } from './command.ts';

/** commander's help in another order: the examples stand above what they use, the shared options last. */
export function helpConfiguration(examples: readonly Example[]): HelpConfiguration {
  return {
    subcommandTerm: (command) => command.name(),
    argumentDescription: describe,
    optionDescription: describe,
    formatHelp: (command, helper) =>
      [
        [`Usage: ${helper.commandUsage(command)}`],
        [paragraphs(helper.commandDescription(command), helper)],
        section('Examples:', exampleLines(examples)),
        section('Commands:', commandLines(command, helper)),
        section('Arguments:', argumentLines(command, helper)),
        ...optionSections(command, helper),
      ]
        .filter((lines) => lines.length > 0)
        .map((lines) => `${lines.join('\n')}\n`)
        .join('\n'),
  };
}

/** Paragraphs as wide as the terminal, however the source breaks their lines. */
function paragraphs(text: string, helper: Help): string {
  const unbroken = text.replace(/(\S)\n(?=\S)/g, '$1 ');
  return helper.boxWrap(unbroken, helper.helpWidth ?? 80);
}

function section(heading: string, lines: string[]): string[] {
  return lines.length > 0 ? [heading, ...lines] : [];
}

function exampleLines(examples: readonly Example[]): string[] {
  return examples.flatMap(({ command, what }) => [`  # ${what}`, `  ${command}`]);
}

function commandLines(command: Command, helper: Help): string[] {
  const width = helper.padWidth(command, helper);
  return helper
    .visibleCommands(command)
    .map((verb) =>
      helper.formatItem(verb.name(), width, helper.subcommandDescription(verb), helper),
    );
}

function argumentLines(command: Command, helper: Help): string[] {
  const width = helper.padWidth(command, helper);
  return helper
    .visibleArguments(command)
    .map((argument) => helper.formatItem(argument.name(), width, describe(argument), helper));
}

function optionSections(command: Command, helper: Help): string[][] {
  const width = helper.padWidth(command, helper);
  const options = helper.visibleOptions(command);
  const groups = helper.groupItems(
    options,
    options,
    ({ helpGroupHeading }) => helpGroupHeading ?? '',
  );
  return [...groups].map(([heading, members]) => [
    heading,
    ...members.map((option) => helper.formatItem(option.flags, width, describe(option), helper)),
  ]);
}

function describe({ description, argChoices, defaultValue }: Option | Argument): string {
  const isShown = typeof defaultValue === 'string' || typeof defaultValue === 'number';
  const facts = [argChoices?.join('|'), isShown && `default ${defaultValue}`].filter(Boolean);
  return facts.length > 0 ? `${description} (${facts.join('; ')})` : description;
}
