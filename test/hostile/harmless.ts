import assert from 'node:assert/strict';
import type { Case } from './case.ts';
import type { Played, World } from './world.ts';

/** What a terminal obeys, or what changes how the text around it is read; only a newline may be. */
const UNSAFE =
  /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]/u;
const STACK = /^\s+at \S+ .*:\d+:\d+\)?$|this is a bug/m;
const MAX_OUTPUT = 64 * 1024;
/** The server may ask for two pauses of 10 s. */
const MAX_SECONDS = 30;

/** Plays a case in both formats and fails where it was not harmless. */
export async function mustBeHarmless(world: World, hostile: Case): Promise<void> {
  const text = await world.play(hostile, 'text');
  mustBeSafe(hostile, text);
  assert.match(`${text.stdout}${text.stderr}`, hostile.says);
  // A second -o would be another case than the one that is meant.
  if (hostile.args.includes('-o')) return;
  const json = await world.play(hostile, 'json');
  mustBeSafe(hostile, json);
  const document = JSON.parse(json.stdout.toString());
  assert.equal(document.apiVersion, 'extip.dev/v1');
  if (hostile.exitCode !== 0) assert.equal(document.exitCode, hostile.exitCode);
}

/** Nothing ran, nothing reaches the terminal, no stack, the right exit code, soon enough. */
export function mustBeSafe(hostile: { exitCode: number }, played: Played): void {
  const { exitCode, stdout, stderr, seconds, ran } = played;
  const said = `${stdout}${stderr}`.slice(0, 2000);
  assert.equal(ran, false, `something ran: ${JSON.stringify(said)}`);
  assert.equal(exitCode, hostile.exitCode, JSON.stringify(said));
  for (const stream of [stdout, stderr]) {
    const decoded = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(stream);
    const found = UNSAFE.exec(decoded);
    assert.equal(found, null, `${JSON.stringify(found?.[0])} in ${JSON.stringify(said)}`);
    assert.doesNotMatch(decoded, STACK);
    assert.ok(stream.length <= MAX_OUTPUT, `${stream.length} bytes: ${said.slice(0, 200)}`);
  }
  assert.ok(seconds < MAX_SECONDS, `${seconds.toFixed(1)} s`);
}
