import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Reach } from '../../src/nodes/reach.ts';

/**
 * What a function sends to a node: the text for `sh -s`, and what of it root's shell gets where the user
 * is not root, or what it runs where root is not wanted. Nothing of the latter is run.
 */
export async function sentScripts(
  send: (reach: Reach) => Promise<unknown>,
): Promise<{ outer: string; inner: string }> {
  const directory = mkdtempSync(join(tmpdir(), 'extip-sent-'));
  try {
    const file = (name: string) => join(directory, name);
    const program = (name: string, line: string) =>
      writeFileSync(file(name), `#!/bin/dash\n${line}\n`, { mode: 0o755 });
    program('id', 'echo 1000');
    program('sudo', `if [ "$*" = '-n sh -s' ]; then cat >${file('inner')}; fi`);
    const instead = `printf "%s\\n" "$body" >${file('inner')}`;
    const lookAt = `tee ${file('outer')} | sed 's|^eval "$body".*|${instead}|' | dash -s`;
    const argv = ['dash', '-c', `PATH=${directory}:$PATH; ${lookAt}`];
    await send({ node: 'k0', argv, description: 'test' }).catch(() => {});
    return {
      outer: readFileSync(file('outer'), 'utf8'),
      inner: readFileSync(file('inner'), 'utf8'),
    };
  } finally {
    rmSync(directory, { recursive: true });
  }
}
