/**
 * Characters that a terminal obeys or that change how the text around them is read: C0 and C1
 * controls, DEL, zero-width and bidirectional controls, line and paragraph separators.
 */
const UNSAFE =
  /[\u0000-\u001f\u007f-\u009f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]|\p{Cs}/gu;

/** How much of a stranger's text one line of a terminal shows. */
const MAX_LENGTH = 500;

/**
 * The text as one line that is safe on a terminal: control characters, ANSI escapes, bidirectional
 * controls and newlines are shown as `\x1b` or `\u202e`, and what is past `most` characters is cut
 * with `…`.
 */
export function oneLine(text: string, most: number = MAX_LENGTH): string {
  const cut = text.length > most ? `${text.slice(0, most - 1)}…` : text;
  return cut.replace(UNSAFE, escaped);
}

/** Like `oneLine` for a text of several lines: newlines stay, everything else is made visible. */
export function manyLines(text: string): string {
  return text
    .split('\n')
    .map((line) => line.replace(UNSAFE, escaped))
    .join('\n');
}

/** Whether the text has a character that `oneLine` would make visible. */
export function hasUnsafe(text: string): boolean {
  return text.search(UNSAFE) >= 0;
}

function escaped(character: string): string {
  const code = character.charCodeAt(0);
  return code < 0x100
    ? `\\x${code.toString(16).padStart(2, '0')}`
    : `\\u${code.toString(16).padStart(4, '0')}`;
}
