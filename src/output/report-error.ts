import { ExtipError, UsageError } from '../errors.ts';
import { bugText, errorDocument, errorText } from './error.ts';
import { toJson } from './json.ts';
import { toYaml } from './yaml.ts';

/** How the user wants to hear of an error. */
export interface ErrorFormat {
  output: string;
  verbose: boolean;
  /** The error is one of several documents, as a watching command prints them. */
  stream?: boolean;
  /** extip's version, for a bug's report. */
  version: string;
}

/**
 * Prints the error: as text on stderr, or with `-o json` or `yaml` as a document on stdout. A bug
 * shows its stack on stderr in every format; with -v any error does that is not the command line's.
 * Returns the exit code.
 */
export async function reportError(error: unknown, format: ErrorFormat): Promise<number> {
  const document = errorDocument(error);
  if (format.output === 'json') process.stdout.write(toJson(document, format));
  if (format.output === 'yaml') process.stdout.write(await toYaml(document, format));

  if (!(error instanceof ExtipError)) process.stderr.write(bugText(error, format.version));
  else if (!['json', 'yaml'].includes(format.output) || format.verbose) {
    const stack = format.verbose && !(error instanceof UsageError);
    process.stderr.write(errorText(error, { stack }));
  }
  return document.exitCode;
}

/**
 * The format that the command line seems to ask for, for an error that is found before commander
 * understood it.
 */
export function guessErrorFormat(args: readonly string[], version: string): ErrorFormat {
  const words = args.includes('--') ? args.slice(0, args.indexOf('--')) : args;
  const output = words.flatMap((word, index) => {
    const [, attached] = /^(?:-[A-Za-z]*o=?|--output=)(json|yaml)$/.exec(word) ?? [];
    if (attached) return [attached];
    return /^(-[A-Za-z]*o|--output)$/.test(word) ? [words[index + 1] ?? ''] : [];
  });
  return { output: output.at(-1) ?? 'text', verbose: false, version };
}
