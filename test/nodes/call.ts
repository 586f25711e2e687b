import { text } from 'node:stream/consumers';

/**
 * Calls one function of src/nodes on the host where this file runs: standard input has
 * `{file, name, args}` as JSON. Prints what it returned, or the error it threw.
 */
const { file, name, args } = JSON.parse(await text(process.stdin));
const module = await import(`../../src/nodes/${file}.ts`);
try {
  console.log(JSON.stringify({ result: await module[name](...args) }));
} catch (error) {
  const { message, reason, nothingChanged } = error as Error & Record<string, unknown>;
  console.log(JSON.stringify({ error: { message, reason, nothingChanged } }));
}
