import { Option } from 'commander';
import { ANY_OUTPUT, GLOBAL_OPTIONS, SHARED_OPTIONS } from './options.ts';

const SHARED = [...Object.values(SHARED_OPTIONS).flat(), ...GLOBAL_OPTIONS, ANY_OUTPUT];

/**
 * The command line with the flags that stand before the command put behind it, because a person
 * may type `extip -n shop list` as with kubectl, while every flag belongs to a command. What
 * follows an unknown flag stays: whether that flag takes a value is not known.
 * Also turns kubectl's `-o=json` into `-ojson`, and its levels of the log, `-v=6`, into the one that
 * there is.
 */
export function arrangeFlags(args: readonly string[]): string[] {
  const options = SHARED.map(({ flags }) => new Option(flags));
  const end = args.includes('--') ? args.indexOf('--') : args.length;
  const plain = [
    ...args
      .slice(0, end)
      .filter((arg) => arg !== '-v=0')
      .map((arg) => arg.replace(/^-v=\d+$/, '-v').replace(/^(-[a-zA-Z])=/, '$1')),
    ...args.slice(end),
  ];

  let command = 0;
  while (plain[command]?.startsWith('-')) {
    const arg = plain[command] ?? '';
    const option = options.find(({ short, long }) =>
      arg.startsWith('--') ? long === arg.split('=')[0] : short && arg.startsWith(short),
    );
    if (!option) return plain;
    const valueFollows = option.required && (arg === option.short || arg === option.long);
    command += valueFollows ? 2 : 1;
  }
  const [name, ...rest] = plain.slice(command);
  return name === undefined ? plain : [name, ...plain.slice(0, command), ...rest];
}
