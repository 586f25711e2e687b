import type * as z from 'zod/mini';
import type { Problem } from '../net/netfilter/problem.ts';

/** A value, or what is wrong with the text and where. */
export type Parsed<T> = { value: T } | Problem;

/** Reads JSON that extip wrote. */
export function parseOwn<T>(bytes: Buffer, schema: z.ZodMiniType<T>): Parsed<T> {
  const parsed = parseJson(bytes);
  if ('message' in parsed) return parsed;
  const own = schema.safeParse(parsed.value);
  if (own.success) return { value: own.data };
  const at = own.error.issues[0]?.path.map(String).join('.') || 'the whole';
  return { line: 1, column: 1, message: `${at} is not as this extip writes it` };
}

/** Reads JSON, with the place of what is wrong with it; of the text nothing is in the message. */
export function parseJson(bytes: Buffer): Parsed<unknown> {
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

function placeAt(text: string, position: number): Pick<Problem, 'line' | 'column'> {
  const before = text.slice(0, position);
  const start = before.lastIndexOf('\n') + 1;
  return { line: before.split('\n').length, column: position - start + 1 };
}
