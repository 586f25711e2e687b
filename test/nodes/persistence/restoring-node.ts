import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { after, afterEach, beforeEach } from 'node:test';
import { RESTORE_TEXT } from '../../../src/nodes/persistence/restore-files.ts';
import { type NodeRecord, nodeRecordText } from '../../../src/snapshot/records.ts';
import { createSegment } from '../segment.ts';

export const IP = '10.9.0.50';
export const IP_6 = 'fd00::50';

/** extip's record of `IP` on eth0. */
export function recordOf(changes: Partial<NodeRecord> = {}): NodeRecord {
  return {
    version: 1,
    ip: IP,
    prefix: 32,
    interface: 'eth0',
    label: 'eth0:extip',
    preexisting: false,
    persist: true,
    cluster: 'c1',
    services: [{ namespace: 'default', name: 'web', uid: 'u1', runId: 'r1' }],
    ...changes,
  };
}

export const RECORD_6 = recordOf({ ip: IP_6, prefix: 128, label: null });

/** k0, whose records are put back, and k2 on its segment; for the tests of a suite, one by one. */
export function createRestoringNode() {
  const segment = createSegment({
    k0: ['10.9.0.1/24', 'fd00::1/64'],
    k2: ['10.9.0.2/24', 'fd00::2/64'],
  });
  const folder = join(segment.varLib('k0'), 'extip');
  beforeEach(() => mkdirSync(folder));
  afterEach(() => {
    rmSync(folder, { recursive: true });
    for (const host of ['k0', 'k2']) {
      segment.run(host, 'ip', 'addr', 'flush', 'dev', 'eth0', 'to', '10.9.0.48/28');
      segment.run(host, 'ip', '-6', 'addr', 'flush', 'dev', 'eth0', 'to', 'fd00::50/124');
    }
  });
  after(() => segment.remove());

  const file = (name: string) => join(folder, name);
  return {
    segment,
    folder,
    file,
    write(...records: NodeRecord[]) {
      for (const record of records)
        writeFileSync(file(`${record.ip}.json`), `${nodeRecordText(record)}\n`);
    },
    /** The addresses of k0 that are `ip`, or in it. */
    line: (ip: string) => segment.run('k0', 'ip', '-o', 'addr', 'show', 'to', ip).trim(),

    /** Runs the script on k0; it waits 2 s for interfaces, or so many, instead of 60. */
    async restore(options: { path?: string; prefix?: string[]; wait?: number } = {}) {
      const [program = '', ...args] = segment.reach('k0', options).argv.slice(0, -2);
      const script = RESTORE_TEXT.replace('$(uptime) + 60', `$(uptime) + ${options.wait ?? 2}`);
      assert.notEqual(script, RESTORE_TEXT);
      writeFileSync(join(segment.varLib('k0'), 'restore'), `${script}\n`);
      const child = spawn(program, [...args, ...(options.prefix ?? []), 'sh', '/var/lib/restore']);
      child.stdin.end();
      const [said, exitCode] = await Promise.all([
        text(child.stderr),
        new Promise((resolve) => child.on('exit', resolve)),
      ]);
      return { said, exitCode };
    },
  };
}
