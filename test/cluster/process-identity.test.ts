import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import fc from 'fast-check';
import {
  formatIdentity,
  hasEnded,
  ownIdentity,
  type ProcessIdentity,
  parseIdentity,
} from '../../src/cluster/process-identity.ts';

const own = ownIdentity();
const linux = process.platform === 'linux' ? false : 'only Linux tells whether a process has ended';

test('an identity reads back as it was written, whoever the user is', () => {
  assert.deepEqual(parseIdentity(formatIdentity(own)), own);
  fc.assert(
    fc.property(
      fc.string({ minLength: 1 }).filter((who) => !/[\n\r\u2028\u2029]/.test(who)),
      (who) => {
        assert.deepEqual(parseIdentity(formatIdentity({ ...own, who })), { ...own, who });
      },
    ),
  );
});

test('anything else is nobody we know', () => {
  const texts = [
    '',
    'kubelet',
    'a@b/x/y/z/w',
    'a@b/boot/1/0/5',
    'a@b//1/-7/5',
    'a@b//1/99999999999/5',
  ];
  for (const text of texts) assert.equal(parseIdentity(text), null, text);
  fc.assert(fc.property(fc.string(), (text) => void parseIdentity(text)));
});

test('a process that runs has not ended', { skip: linux }, () => {
  assert.equal(hasEnded(own, own), false);
});

test('a process that was killed has ended', { skip: linux }, async () => {
  const { identity, child } = await other();
  assert.equal(hasEnded(identity, own), false);
  child.kill('SIGKILL');
  await once(child, 'exit');
  assert.equal(hasEnded(identity, own), true);
});

test('one that is stopped has not', { skip: linux }, async () => {
  const { identity, child } = await other();
  child.kill('SIGSTOP');
  await sleep(50);
  assert.equal(hasEnded(identity, own), false);
  child.kill('SIGKILL');
  await once(child, 'exit');
});

test('a number that is used again is another process', { skip: linux }, () => {
  assert.equal(hasEnded({ ...own, startTime: '1' }, own), true);
});

test('of another machine, boot or PID namespace nothing is known', { skip: linux }, () => {
  const gone = { ...own, pid: 2 ** 22 + 1 };
  assert.equal(hasEnded(gone, own), true);
  assert.equal(hasEnded({ ...gone, bootId: 'another' }, own), false);
  assert.equal(hasEnded({ ...gone, pidNamespace: '1' }, own), false);
  assert.equal(hasEnded({ ...gone, bootId: '' }, { ...own, bootId: '' }), false);
});

/** Another process of this machine, as it names itself. */
async function other() {
  const module = new URL('../../src/cluster/process-identity.ts', import.meta.url);
  const program = `import { formatIdentity, ownIdentity } from '${module}';
    console.log(formatIdentity(ownIdentity())); setInterval(() => {}, 1000);`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', program]);
  const [line] = await once(child.stdout, 'data');
  const identity = parseIdentity(String(line).trim()) as ProcessIdentity;
  assert.equal(identity.pid, child.pid);
  return { identity, child };
}
