import type { ChalkInstance } from 'chalk';
import type { Config } from '../config/config.ts';
import { colorsFor } from '../output/colors.ts';
import { linesProgress, type StartProgress, spinnerProgress } from '../output/progress.ts';
import { noPrompt, type Prompt, terminalPrompt } from '../output/prompt.ts';
import { manyLines, oneLine } from '../output/sanitize.ts';
import type { GlobalOptions } from './options.ts';

/** What a command gets to talk to the person or the script that started it. */
export interface Context extends Prompt {
  /** Aborted by the first Ctrl-C, SIGTERM or SIGHUP; its reason is an InterruptedError. */
  signal: AbortSignal;
  /** What the user types to call the command, e.g. `kubectl extip list`. */
  called: string;
  /** The format that `-o` asks for. */
  output: string;
  /** A result, on stdout, with a newline at its end. */
  write(text: string): void;
  /** Progress, on stderr; control characters are made visible, newlines stay. */
  note(text: string): void;
  /** On stderr as it is: text that was made safe and then coloured with `errorColors`. */
  show(text: string): void;
  /** A warning, on stderr, in one line. */
  warn(text: string): void;
  /** On stderr with -v only. */
  log(line: string): void;
  /** Shows a step that takes time: a spinner on a terminal, one line at its end elsewhere. */
  progress: StartProgress;
  /** stdin and stderr are terminals, and CI is not set: questions may be asked. */
  interactive: boolean;
  /** For text on stdout. */
  colors: ChalkInstance;
  /** For text on stderr. */
  errorColors: ChalkInstance;
  /** The configuration, read at the first call. */
  config(): Promise<Config>;
}

/** The context of one run, on the process's own streams. */
export async function createContext(
  called: string,
  options: GlobalOptions,
  signal: AbortSignal,
): Promise<Context> {
  const { env, stdin, stdout, stderr } = process;
  const ci = env.CI !== undefined && !['', '0', 'false'].includes(env.CI);
  // A terminal without a size (a serial console, `docker exec -t`) has 0 columns: ora 9.4 divides
  // by them, and would clear lines for ever.
  const spins = stderr.isTTY === true && stderr.columns > 0 && !ci && env.TERM !== 'dumb';
  const interactive = stdin.isTTY === true && stderr.isTTY === true && !ci;
  const errorColors = colorsFor(stderr, options.color, env);

  const print = (text: string) => stderr.write(`${text}\n`);
  const note = (text: string) => print(manyLines(text));
  let config: Promise<Config> | undefined;

  return {
    ...(interactive ? terminalPrompt(signal) : noPrompt),
    signal,
    called,
    output: options.output,
    interactive,
    colors: colorsFor(stdout, options.color, env),
    errorColors,
    write: (text) => stdout.write(withNewline(text)),
    note,
    show: (text) => stderr.write(withNewline(text)),
    warn: (text) => print(`${errorColors.yellow('warning:')} ${oneLine(text)}`),
    log: (line) => options.verbose && print(errorColors.dim(oneLine(line))),
    progress: spins ? await terminalProgress(errorColors, print) : linesProgress(note),
    config: () => {
      config ??= import('../config/load.ts').then(({ loadConfig }) =>
        loadConfig(options.config, env),
      );
      return config;
    },
  };
}

function withNewline(text: string): string {
  return text.endsWith('\n') ? text : `${text}\n`;
}

async function terminalProgress(
  colors: ChalkInstance,
  print: (text: string) => void,
): Promise<StartProgress> {
  const { default: ora } = await import('ora');
  // stdin is left alone: ssh children and prompts may want it, and Ctrl-C must stay a signal.
  const spinner = ora({ discardStdin: false, color: colors.level > 0 ? 'cyan' : false });
  const symbols = { done: colors.green('✔'), fail: colors.red('✖') };
  return spinnerProgress(spinner, print, symbols, oneLine);
}
