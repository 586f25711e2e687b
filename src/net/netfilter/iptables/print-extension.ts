import type { Extension, Option } from './rule-syntax.ts';
import { joinWords } from './words.ts';

/** The match or target by itself, e.g. `-m tcp --dport 80`. */
export function printExtension({ flag, name, options }: Extension): string {
  return [`${flag} ${name}`, ...options.map((option) => printOption(option, '--'))].join(' ');
}

/** e.g. `! --dport 80`. */
export function printOption(option: Option, dashes: '-' | '--'): string {
  const name = { text: `${dashes}${option.name}`, quoted: false };
  return `${option.inverted ? '! ' : ''}${joinWords([name, ...option.values])}`;
}
