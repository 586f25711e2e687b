import { CommanderError } from 'commander';
import packageJson from '../package.json' with { type: 'json' };
import { arrangeFlags } from './commands/arrange-flags.ts';
import type { AnyCommand } from './commands/command.ts';
import { createContext } from './commands/context.ts';
import { commands as allCommands } from './commands/index.ts';
import type { GlobalOptions } from './commands/options.ts';
import { createProgram } from './commands/program.ts';
import { ExitCode } from './errors.ts';
import { guessErrorFormat, reportError } from './output/report-error.ts';
import { guardStreams } from './output/streams.ts';
import { interruptSignal } from './signals.ts';

/** What the shells' completion scripts call; cobra's programs have it under the same name. */
const COMPLETE = '__complete';

/** Runs extip as the user called it (`extip` or `kubectl extip`) and sets the exit code. */
export async function main(
  name: string,
  args: string[],
  commands: readonly AnyCommand[] = allCommands,
): Promise<void> {
  let format = guessErrorFormat(args, packageJson.version);
  let changing = false;
  let interrupted: AbortSignal | undefined;

  const fail = async (error: unknown) => {
    // Where even reporting fails, that is a bug, and no success.
    process.exitCode = ExitCode.bug;
    process.exitCode = await reportError(error, format);
  };
  process.on('uncaughtException', (error) => fail(error).finally(() => process.exit()));
  guardStreams({
    // A command that changes something finishes it, or rolls it back, with nobody looking.
    onGone: () => changing || process.exit(ExitCode.ok),
    onFailed(error) {
      // A document about it would go where nothing can be written.
      format = { ...format, output: 'text' };
      fail(error);
    },
  });

  const run = async (command: AnyCommand, words: string[], options: Record<string, unknown>) => {
    const global = options as unknown as GlobalOptions;
    const { output = 'text', verbose } = global;
    format = { ...format, output, verbose, stream: options.watch === true };
    changing = command.reads.includes('changes');
    const signal = interruptSignal();
    interrupted = signal;
    try {
      const context = await createContext(`${name} ${command.name}`, global, signal);
      const code = await command.run(words, options as never, context);
      process.exitCode = code || process.exitCode;
    } catch (error) {
      const aborted = signal.aborted && error instanceof Error && error.name === 'AbortError';
      throw aborted ? signal.reason : error;
    }
  };

  try {
    if (args[0] === COMPLETE) return await printCompletion(args.slice(1), commands);
    const program = createProgram(name, packageJson.version, commands, run);
    if (args.length === 0) program.outputHelp();
    else await program.parseAsync(arrangeFlags(args), { from: 'user' });
    // Node would take the heap apart first, which takes a while. What changed something ends by itself.
    if (!changing) process.stdout.write('', (error) => error || process.exit());
  } catch (error) {
    // commander throws this when it has printed the help or the version.
    if (!(error instanceof CommanderError)) await fail(error);
    // A script or a request that nobody waits for any more would keep the process. What changes
    // something may have left a step that is better left to end.
    if (interrupted?.aborted || !changing) process.exit();
  }
}

async function printCompletion(words: string[], commands: readonly AnyCommand[]): Promise<void> {
  const { complete, completionText } = await import('./commands/complete.ts');
  process.stdout.write(completionText(complete(words, commands)));
}
