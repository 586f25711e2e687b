const MAX_LENGTH = 400;

/**
 * What a program said, for a message: one line, without control characters (terminal escapes are
 * not passed on), at most 400 characters.
 */
export function plainLine(text: string): string {
  const line = text
    .replace(/\x1b(\[[0-9;?]*[ -/]*[@-~]|\][^\x07\x1b]*(\x07|\x1b\\)?)/g, '')
    .replace(/[\p{Cc}\p{Cf}\u2028\u2029]+/gu, ' ')
    .replace(/ +/g, ' ')
    .trim();
  return line.length > MAX_LENGTH ? `${line.slice(0, MAX_LENGTH - 1)}…` : line;
}

/** The last line of a program's output that is not blank; programs put the reason there. */
export function lastLine(text: string): string {
  const lines = text.split(/[\r\n]+/).filter((line) => line.trim() !== '');
  return plainLine(lines.at(-1) ?? '');
}
