import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Reach } from '../../src/nodes/reach.ts';

/**
 * What a function sends to a node: the text for `sh -s`, and the part that it passes on to the
 * shell with the rights it asked for. Nothing of that part is run.
 */
export async function sentScripts(
  send: (reach: Reach) => Promise<unknown>,
): Promise<{ outer: string; inner: string }> {
  const directory = mkdtempSync(join(tmpdir(), 'extip-sent-'));
  try {
    const file = (name: string) => join(directory, name);
    // Stands in for the inner shell, which is to be looked at and not to be run.
    writeFileSync(file('sh'), `#!/bin/dash\ncat > ${file('inner')}\n`);
    chmodSync(file('sh'), 0o755);
    const keepOuter = `PATH=${directory}:$PATH; tee ${file('outer')} | dash -s`;
    await send({ node: 'k0', argv: ['dash', '-c', keepOuter], description: 'test' }).catch(
      () => {},
    );
    return {
      outer: readFileSync(file('outer'), 'utf8'),
      inner: readFileSync(file('inner'), 'utf8'),
    };
  } finally {
    rmSync(directory, { recursive: true });
  }
}
