import { Option } from 'commander';
import { arrangeFlags } from './arrange-flags.ts';
import type { AnyCommand, OptionDeclaration } from './command.ts';
import {
  ANY_OUTPUT,
  GLOBAL_OPTIONS,
  HELP_OPTION,
  outputOption,
  SHARED_OPTIONS,
  VERSION_OPTION,
} from './options.ts';

export interface Completion {
  candidates: { word: string; description: string }[];
  /** The value is a file's name: the shell knows better. */
  files: boolean;
}

const NOTHING: Completion = { candidates: [], files: false };
const FILES: Completion = { candidates: [], files: true };

/**
 * What the last of these words, which may be empty or half typed, can become; the words are those
 * behind the program's name.
 */
export function complete(
  words: readonly string[],
  declarations: readonly AnyCommand[],
): Completion {
  const before = arrangeFlags(words.slice(0, -1));
  const current = words.at(-1) ?? '';
  const declaration = declarations.find(({ name }) => name === before[0]);
  const options = declaration ? optionsOf(declaration) : optionsBeforeCommand();

  const asked = options.find((option) => takesValue(option) && isFlag(option, before.at(-1) ?? ''));
  if (asked) return valuesOf(asked, '', current);
  const [flag = '', ...value] = current.split('=');
  const assigned = value.length > 0 && options.find((option) => isFlag(option, flag));
  if (assigned) return valuesOf(assigned, `${flag}=`, current);
  if (current.startsWith('-')) return flagsOf(options, before, current);

  if (before[0] === undefined || before[0].startsWith('-')) {
    const commands = declarations.map(({ name, summary }) => ({
      word: name,
      description: summary,
    }));
    return starting(commands, current);
  }
  const argument = declaration?.arguments[positionals(before.slice(1), options)];
  if (argument?.isPath) return FILES;
  const choices = argument?.choices ?? argument?.suggestions ?? [];
  return starting(
    choices.map((word) => ({ word, description: '' })),
    current,
  );
}

/**
 * The answer as cobra's programs give it (and as kubectl, since 1.26, wants it from a plug-in):
 * a line a candidate, a tab before its description, and last a directive: 4 is no files, 0 files.
 */
export function completionText({ candidates, files }: Completion): string {
  const lines = candidates.map(({ word, description }) =>
    description ? `${word}\t${description}` : word,
  );
  return [...lines, `:${files ? 0 : 4}`, ''].join('\n');
}

function optionsBeforeCommand(): OptionDeclaration[] {
  const shared = Object.values(SHARED_OPTIONS).flat();
  return [ANY_OUTPUT, ...shared, ...GLOBAL_OPTIONS, VERSION_OPTION, HELP_OPTION];
}

function optionsOf({ options, outputs, reads }: AnyCommand): OptionDeclaration[] {
  return [
    ...options,
    ...(outputs.length > 0 ? [outputOption(outputs)] : []),
    ...reads.flatMap((group) => SHARED_OPTIONS[group]),
    ...GLOBAL_OPTIONS,
    HELP_OPTION,
  ];
}

function takesValue({ flags }: OptionDeclaration): boolean {
  return new Option(flags).required;
}

function isFlag({ flags }: OptionDeclaration, word: string): boolean {
  const { short, long } = new Option(flags);
  return word !== '' && (word === short || word === long);
}

function valuesOf(option: OptionDeclaration, prefix: string, current: string): Completion {
  if (/<(file|path)>$/.test(option.flags)) return FILES;
  const words = (option.choices ?? []).map((choice) => ({
    word: prefix + choice,
    description: '',
  }));
  return starting(words, current);
}

function flagsOf(
  options: readonly OptionDeclaration[],
  before: readonly string[],
  current: string,
): Completion {
  const left = options.filter(
    (option) =>
      option.repeatable || !before.some((word) => isFlag(option, word.split('=')[0] ?? '')),
  );
  return starting(
    left.map(({ flags, description }) => ({ word: new Option(flags).long ?? flags, description })),
    current,
  );
}

/** How many of the words are arguments: no flags and no flags' values. */
function positionals(words: readonly string[], options: readonly OptionDeclaration[]): number {
  return words.filter((word, index) => {
    const previous = words[index - 1] ?? '';
    const isValue = options.some((option) => takesValue(option) && isFlag(option, previous));
    return !word.startsWith('-') && !isValue;
  }).length;
}

function starting(candidates: Completion['candidates'], current: string): Completion {
  return { ...NOTHING, candidates: candidates.filter(({ word }) => word.startsWith(current)) };
}
