import type { Context } from './context.ts';
import type { OptionGroupName } from './options.ts';

/** A command as data: the program, its help and its completion are made from it. */
export interface CommandDeclaration<Options = Record<string, unknown>> {
  name: string;
  /** One line in the list of commands. */
  summary: string;
  /** More than the summary, at the top of the command's own help. */
  description?: string;
  examples: readonly Example[];
  arguments: readonly ArgumentDeclaration[];
  options: readonly OptionDeclaration[];
  /** What `-o` may be, the default first; empty where the command has no `-o`. */
  outputs: readonly string[];
  /** The groups of shared flags it takes. */
  reads: readonly OptionGroupName[];
  /**
   * Does it, and returns the exit code. Heavy modules are imported inside, so that `--help` stays
   * fast. Options have the shared groups' values too, by their camel-case names.
   */
  run(args: string[], options: Options, context: Context): Promise<number>;
}

/** Any command; `never` because the list never calls `run` with options it made up. */
export type AnyCommand = CommandDeclaration<never>;

export interface Example {
  command: string;
  what: string;
}

export interface ArgumentDeclaration {
  name: string;
  description: string;
  required: boolean;
  choices?: readonly string[];
  /** What completion offers where any word may stand. */
  suggestions?: readonly string[];
  /** It is the path of a file or folder, which the shell completes. */
  isPath?: boolean;
}

export interface OptionDeclaration {
  /** As commander takes it: `--node <name>`, `-A, --all-namespaces`, `--no-headers`. */
  flags: string;
  description: string;
  /**
   * Turns a value into what the command gets; throws a UsageError. `previous` is what an earlier
   * one of the same flag gave, or the default.
   */
  parse?(value: string, previous: unknown): unknown;
  choices?: readonly string[];
  default?: unknown;
  /** May be given several times: the command gets an array, empty when it was not given. */
  repeatable?: boolean;
}
