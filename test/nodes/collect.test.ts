import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { chownSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { collectNode, collectNodes } from '../../src/nodes/collect.ts';
import type { NodeRecord } from '../../src/snapshot/records.ts';
import { createSegment, NO_SEGMENT } from './segment.ts';
import { createShells } from './shells.ts';

const RECORD: NodeRecord = {
  version: 1,
  ip: '10.9.0.50',
  prefix: 32,
  interface: 'eth0',
  label: null,
  preexisting: false,
  cluster: 'c1',
  services: [{ namespace: 'default', name: 'web', uid: 'u1', runId: 'r1' }],
};

test('one node that is dead hides no other, and none is named for an inherited property', async () => {
  const names = ['dead', 'constructor', 'alive'];
  const nodes = names.map((name) => ({ metadata: { name } }));
  const config = { dead: { command: ['false'] }, alive: { local: true as const } };
  const states = await collectNodes(nodes, { ssh: {}, config, concurrency: 2 });
  assert.deepEqual(Object.keys(states), names);
  assert.equal(states.alive?.status, 'ok');
  assert.equal(states.dead?.status, 'unreachable');
  assert.match(states.dead?.message ?? '', /false did not start the script: exit 1/);
  const messages = Object.values(states).map(({ message }) => message ?? '');
  assert.match(messages[1] ?? '', /no way to reach node constructor/);
});

test('a target that is none is the fault of that node alone', async () => {
  const state = await collectNode(
    { metadata: { name: 'k0' } },
    { ssh: { k0: '-oProxyCommand=reboot' }, config: {} },
  );
  assert.equal(state.status, 'unreachable');
  assert.match(state.message ?? '', /is no ssh target/);
});

describe('a node', { skip: NO_SEGMENT }, () => {
  if (NO_SEGMENT) return;
  const shells = createShells();
  const segment = createSegment({ k0: ['10.9.0.1/24', 'fd00::1/64'] });
  after(() => {
    segment.remove();
    shells.remove();
  });
  const folder = join(segment.varLib('k0'), 'extip');
  mkdirSync(folder);
  const put = (file: string, content: string) => writeFileSync(join(folder, file), content);

  /** Reads it with this at the front of PATH. */
  const collect = (path?: string) => {
    const { argv } = segment.reach('k0', path ? { path: `${path}:${process.env.PATH}` } : {});
    const config = { k0: { command: argv.slice(0, -2) } };
    return collectNode({ metadata: { name: 'k0' } }, { ssh: {}, config });
  };

  for (const [name, path] of Object.entries(shells.paths)) {
    test(`with ${name}: who it is, what it has`, async () => {
      const { status, facts } = await collect(path);
      assert.equal(status, 'ok');
      assert.match(facts?.machineId ?? '', /^[0-9a-f]{32}$/);
      assert.equal(facts?.root, true);
      assert.equal(facts?.sshAddress, null);
      const eth0 = facts?.interfaces.find((link) => link.name === 'eth0');
      assert.equal(eth0?.mac, segment.mac('k0'));
      assert.deepEqual(
        eth0?.addresses.slice(0, 2).map(({ ip, prefix }) => `${ip}/${prefix}`),
        ['10.9.0.1/24', 'fd00::1/64'],
      );
    });

    test(`with ${name}: records, and files that are none`, async () => {
      put('10.9.0.50.json', JSON.stringify(RECORD));
      put('10.9.0.51.json', JSON.stringify(RECORD));
      put('10.9.0.52.json', '{');
      put('large.json', `"${'x'.repeat(70_000)}"`);
      put('two\nlines.json', '{}');
      put('-n.json', '{}');
      put('bytes.json', '\xff');
      put('fence', 'c1 3\n');
      symlinkSync('/nowhere', join(folder, `dangling-${name}.json`));
      execFileSync('mkfifo', [join(folder, `pipe-${name}.json`)]);
      put(`strangers-${name}.json`, JSON.stringify(RECORD));
      chownSync(join(folder, `strangers-${name}.json`), 65_534, 65_534);
      const { facts } = await collect(path);
      assert.deepEqual(facts?.records, [RECORD]);
      const damaged = facts?.damagedRecords.map(({ file, reason }) => `${file}: ${reason}`) ?? [];
      for (const expected of [
        /^10.9.0.51.json: speaks of another address/,
        /^10.9.0.52.json: is not JSON/,
        /^large.json: larger than 64 KiB/,
        /^\(a name that does not print\): /,
        new RegExp(`^pipe-${name}.json: not readable: no regular file`),
        new RegExp(`^strangers-${name}.json: not readable: belongs to user 65534, not to root`),
        /^-n.json: /,
        /^bytes.json: is not JSON/,
        new RegExp(`^dangling-${name}.json: not readable: no regular file`),
      ]) {
        assert.ok(
          damaged.some((line) => expected.test(line)),
          `${expected}: ${damaged}`,
        );
      }
    });
  }

  test('thousands of files: nothing of the node is taken for known', async () => {
    for (let index = 0; index < 2001; index++) put(`${index}.many.json`, '{}');
    const { status, message } = await collect();
    for (let index = 0; index < 2001; index++) rmSync(join(folder, `${index}.many.json`));
    assert.equal(status, 'failed');
    assert.match(message ?? '', /^\/var\/lib\/extip on the node has too many files/);
  });

  test('busybox ip has no -j: the message names what to install', async () => {
    const busyboxIp = join(segment.varLib('k0'), 'busybox-ip');
    mkdirSync(busyboxIp);
    symlinkSync('/usr/bin/busybox', join(busyboxIp, 'ip'));
    // `ip netns exec` itself is outside.
    const { argv } = segment.reach('k0');
    const config = { k0: { command: [...argv.slice(0, -3), `PATH=${busyboxIp}:/usr/bin:/bin`] } };
    const state = await collectNode({ metadata: { name: 'k0' } }, { ssh: {}, config });
    assert.equal(state.status, 'failed');
    assert.match(state.message ?? '', /busybox ip has no -j; install iproute2/);
  });

  test('no ip at all', async () => {
    const bare = join(segment.varLib('k0'), 'bare');
    mkdirSync(bare);
    for (const program of ['sh', 'cat', 'id', 'uname', 'head', 'timeout']) {
      symlinkSync(join('/usr/bin', program), join(bare, program));
    }
    const { argv } = segment.reach('k0');
    const hide = ['sh', '-c', 'mount -t tmpfs tmpfs /usr/sbin && exec "$@"', 'sh'];
    const config = { k0: { command: [...argv.slice(0, -4), ...hide, 'env', `PATH=${bare}`] } };
    const state = await collectNode({ metadata: { name: 'k0' } }, { ssh: {}, config });
    assert.equal(state.status, 'failed');
    assert.equal(state.message, 'there is no `ip` on the node: install iproute2');
  });

  test('without root it is read all the same, and said', async () => {
    const { argv } = segment.reach('k0', { user: 'nobody' });
    const config = { k0: { command: argv.slice(0, -2) } };
    const { status, facts } = await collectNode({ metadata: { name: 'k0' } }, { ssh: {}, config });
    assert.equal(status, 'ok');
    assert.equal(facts?.root, false);
  });
});
