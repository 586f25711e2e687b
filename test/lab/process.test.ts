import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { execa } from 'execa';
import { identify, isAlive, parseStat } from './process.ts';

describe('the identity of a process', () => {
  it('is read past a command with blanks and parentheses', () => {
    const stat = `17 (a) b (c) S ${Array.from({ length: 40 }, (_, index) => index + 4).join(' ')}`;
    assert.deepEqual(parseStat(stat), { pid: 17, startTime: 22, state: 'S' });
  });

  it('holds as long as the process runs, and not for another with its id', async () => {
    const sleeper = execa('sleep', ['60'], { reject: false });
    const identity = identify(Number(sleeper.pid));
    assert.ok(isAlive(identity));
    assert.ok(!isAlive({ ...identity, startTime: identity.startTime - 1 }));
    sleeper.kill('SIGKILL');
    await sleeper;
    assert.ok(!isAlive(identity));
  });
});
