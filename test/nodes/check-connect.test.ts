import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { UsageError } from '../../src/errors.ts';
import { checkConnect, checkFromHost } from '../../src/nodes/check-connect.ts';
import { createSegment, NO_SEGMENT } from './segment.ts';

test('UDP and SCTP have no connection that could be tried', async () => {
  const reach = { node: 'k0', argv: ['false'], description: 'must not be run' };
  const check = await checkConnect(reach, { ip: '20.1.0.167', port: 53, protocol: 'UDP' });
  assert.equal(check.outcome, 'skipped');
  assert.match(check.detail, /UDP/);
});

test('--from takes an ssh target, never an option', () => {
  const call = () => checkFromHost('-oProxyCommand=reboot', { ip: '20.1.0.167', port: 80 });
  assert.throws(call, UsageError);
});

describe('on this machine', () => {
  const reach = (path = '') => ({
    node: 'k0',
    argv: ['env', `PATH=${path || process.env.PATH}`, 'sh', '-s'],
    description: 'test',
  });
  const server = createServer((socket) => socket.end());
  let port = 0;
  before(
    () =>
      new Promise<void>((resolve) => {
        server.listen(0, () => {
          port = (server.address() as { port: number }).port;
          resolve();
        });
      }),
  );
  after(() => server.close());

  for (const ip of ['127.0.0.1', '::1']) {
    test(`connected to ${ip}`, async () => {
      const check = await checkConnect(reach(), { ip, port });
      assert.equal(check.outcome, 'passed');
    });
  }

  test('refused', async () => {
    const check = await checkConnect(reach(), { ip: '127.0.0.1', port: 1 });
    assert.deepEqual(check, {
      name: 'connect',
      outcome: 'failed',
      detail: '127.0.0.1:1 from k0: connection refused',
    });
  });

  /** A PATH with only these programs; the script adds the system's sbin, which has none of them. */
  const only = (programs: Record<string, string>) => {
    const directory = mkdtempSync(join(tmpdir(), 'extip-only-'));
    after(() => rmSync(directory, { recursive: true }));
    for (const [name, program] of Object.entries({
      sh: '/bin/dash',
      timeout: '/usr/bin/timeout',
      id: '/usr/bin/id',
      ...programs,
    })) {
      symlinkSync(program, join(directory, name));
    }
    return directory;
  };
  const TOOLS: [string, Record<string, string>][] = [
    ['bash', { bash: '/bin/bash' }],
    ['python3', { python3: '/usr/bin/python3' }],
    ['curl', { curl: '/usr/bin/curl' }],
    ["busybox's nc", { nc: '/usr/bin/busybox' }],
  ];
  for (const [tool, programs] of TOOLS) {
    const missing = Object.values(programs).find((program) => !existsSync(program));
    const skip = missing !== undefined && `SKIPPED: there is no ${missing}`;
    test(`with nothing but ${tool}`, { skip }, async () => {
      const path = only(programs);
      for (const ip of ['127.0.0.1', '::1']) {
        assert.equal((await checkConnect(reach(path), { ip, port })).outcome, 'passed', ip);
      }
      const refused = await checkConnect(reach(path), { ip: '127.0.0.1', port: 1 });
      // curl 7.88 says the same of a refusal and of no route.
      assert.match(refused.detail, tool === 'curl' ? /Couldn't connect/ : /connection refused/);
    });
  }

  test('with none of them: skipped', async () => {
    const check = await checkConnect(reach(only({})), { ip: '127.0.0.1', port });
    assert.equal(check.outcome, 'skipped');
    assert.match(check.detail, /none of bash, python3, curl, nc/);
  });
});

describe('on a segment', { skip: NO_SEGMENT, concurrency: true }, () => {
  if (NO_SEGMENT) return;
  const segment = createSegment({ k0: ['10.9.0.1/24'] });
  after(() => segment.remove());

  test('nobody there', async () => {
    segment.run(
      'k0',
      'ip',
      'neigh',
      'add',
      '10.9.0.8',
      'lladdr',
      '02:00:00:00:00:08',
      'dev',
      'eth0',
    );
    const check = await checkConnect(segment.reach('k0'), { ip: '10.9.0.8', port: 80 });
    assert.equal(check.detail, '10.9.0.8:80 from k0: no answer within 3 s');
  });

  test('no route', async () => {
    const check = await checkConnect(segment.reach('k0'), { ip: '20.1.0.167', port: 80 });
    assert.equal(check.detail, '20.1.0.167:80 from k0: unreachable');
  });
});
