/** A place in a text, from 1. */
export interface Place {
  line: number;
  column: number;
}

/** A value, or where and why the text is no JSON. */
export type Parsed = { value: unknown } | ({ message: string } & Place);

/** Reads JSON, with the place of what is wrong with it; of the text nothing is in the message. */
export function parseJson(bytes: Buffer): Parsed {
  const text = bytes.toString().replace(/^\uFEFF/, '');
  try {
    return { value: JSON.parse(text) };
  } catch (error) {
    return { message: 'is not JSON', ...placeAt(text, faultIn(text, error as Error)) };
  }
}

/** V8 says the position, or that the end came too early, or quotes ten characters before it. */
function faultIn(text: string, { message }: Error): number {
  const position = /at position (\d+)/.exec(message)?.[1];
  if (position !== undefined) return Number(position);
  if (/end of JSON input/.test(message)) return text.length;
  const [, token = '', cut, around = ''] =
    /^Unexpected token '(.+?)', (\.\.\.)?"(.*)"/su.exec(message) ?? [];
  const before = cut ? 10 : around.indexOf(token);
  return Math.max(text.indexOf(around), 0) + Math.max(before, 0);
}

function placeAt(text: string, position: number): Place {
  const before = text.slice(0, position);
  const start = before.lastIndexOf('\n') + 1;
  return { line: before.split('\n').length, column: position - start + 1 };
}
