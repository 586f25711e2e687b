import { ExitCode, ExtipError, LeftChangedError } from '../errors.ts';
import type { ErrorDocument } from './error-document.ts';
import { document } from './json.ts';
import { manyLines, oneLine } from './sanitize.ts';

/** So many fit on a screen. */
const MOST_ITEMS = 40;

/** What a failed command prints in text: the error, what is left changed, what helps. */
export function errorText(error: ExtipError, { stack = false } = {}): string {
  const lines = [`error: ${oneLine(error.message)}`];
  lines.push(...error.items.slice(0, MOST_ITEMS).map((item) => `  ${oneLine(item)}`));
  const more = error.items.length - MOST_ITEMS;
  if (more > 0) lines.push(`  … and ${more} more, which -o json lists`);
  if (error instanceof LeftChangedError) {
    for (const { what, command } of error.left) {
      lines.push(`  left: ${oneLine(what)}`, `  undo: ${manyLines(command)}`);
    }
  }
  if (error.help)
    lines.push(
      ...manyLines(error.help)
        .split('\n')
        .map((line) => `  help: ${line}`),
    );
  if (stack && error.stack) lines.push(manyLines(stackWithCauses(error)));
  return `${lines.join('\n')}\n`;
}

/** The same as one document, for `-o json` and `-o yaml`. */
export function errorDocument(error: unknown): ErrorDocument {
  if (!(error instanceof ExtipError)) {
    const message = oneLine(error instanceof Error ? error.message : String(error));
    return document('Error', { reason: 'bug', exitCode: ExitCode.bug, message });
  }
  return document('Error', {
    reason: error.reason,
    exitCode: error.exitCode,
    message: oneLine(error.message),
    ...(error.object !== undefined && { object: oneLine(error.object) }),
    ...(error.items.length > 0 && { items: error.items.map((item) => oneLine(item)) }),
    ...(error.help !== undefined && { help: manyLines(error.help) }),
    ...(error instanceof LeftChangedError && {
      left: error.left.map(({ what, command }) => ({ what: oneLine(what), command })),
    }),
  });
}

/** What to print when it was not the user's fault: the stack and what to attach to a report. */
export function bugText(error: unknown, version: string): string {
  const { platform, arch } = process;
  return [
    manyLines(stackWithCauses(error)),
    `error: this is a bug in extip ${version} (Node ${process.version}, ${platform} ${arch})`,
    '  help: report it with the command, the lines above, and what -v adds to them',
    '',
  ].join('\n');
}

function stackWithCauses(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const own = error.stack ?? error.message;
  return error.cause === undefined ? own : `${own}\ncaused by: ${stackWithCauses(error.cause)}`;
}
