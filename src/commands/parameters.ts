import { Argument, Option } from 'commander';
import { UsageError } from '../errors.ts';
import { nearest } from '../nearest.ts';
import { oneLine } from '../output/sanitize.ts';
import { checkValue } from './check-value.ts';
import type { ArgumentDeclaration, OptionDeclaration } from './command.ts';
import { withHelp } from './usage-error.ts';

/** commander's argument for a declaration; `called` is how the user calls its command. */
export function createArgument(declaration: ArgumentDeclaration, called: string): Argument {
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

/** commander's option for a declaration; `called` is how the user calls its command. */
export function createOption(declaration: OptionDeclaration, called: string): Option {
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
