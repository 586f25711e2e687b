import * as z from 'zod/mini';

/** What `-o json` prints instead of a result when a command failed. */
export const ErrorDocument = z.strictObject({
  apiVersion: z.literal('extip.dev/v1'),
  kind: z.literal('Error'),
  /** The finer class of the error: short, stable, lower-case words with dashes. */
  reason: z.string().check(z.regex(/^[a-z0-9]+(-[a-z0-9]+)*$/)),
  /** The process's exit code (docs/exit-codes.md). */
  exitCode: z.int(),
  message: z.string(),
  /** The object or node it is about, e.g. `service/default/web`. */
  object: z.optional(z.string()),
  /** What the message sums up, one by one. */
  items: z.optional(z.array(z.string())),
  /** A command or an advice that helps. */
  help: z.optional(z.string()),
  /** What a failed run could not take back, each with the command that does. */
  left: z.optional(z.array(z.strictObject({ what: z.string(), command: z.string() }))),
});
export type ErrorDocument = z.infer<typeof ErrorDocument>;
