import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { ExtipError, FailedError, RefusedError } from '../../src/errors.ts';
import { applyNodeChange, raiseFence } from '../../src/nodes/change.ts';
import { nodeChangeCommand } from '../../src/nodes/change-command.ts';
import { changeScript } from '../../src/nodes/change-script.ts';
import { FencedError } from '../../src/nodes/fenced-error.ts';
import type { Reach } from '../../src/nodes/reach.ts';
import { renderScript } from '../../src/nodes/script.ts';
import type { NodeChange } from '../../src/plan/action.ts';
import type { NodeRecord } from '../../src/snapshot/records.ts';
import { createSegment, NO_SEGMENT } from './segment.ts';
import { createShells } from './shells.ts';

const FENCE = { cluster: 'c1', transitions: 3, step: 1 };
const IP = '10.9.0.50';

const RECORD: NodeRecord = {
  version: 1,
  ip: IP,
  prefix: 32,
  interface: 'eth0',
  label: 'eth0:extip',
  preexisting: false,
  cluster: 'c1',
  services: [{ namespace: 'default', name: 'web', uid: 'u1', runId: 'r1' }],
};

const ADD = {
  type: 'add-address',
  ip: IP,
  prefix: 32,
  interface: 'eth0',
  label: 'eth0:extip',
} as const;
const REMOVE = { type: 'remove-address', ip: IP, prefix: 32, interface: 'eth0' } as const;
const ADD_6 = { ...ADD, ip: 'fd00::50', prefix: 128, label: null } as const;
const REMOVE_6 = { ...REMOVE, ip: 'fd00::50', prefix: 128 } as const;

/** The error that the change must end with. */
async function refusal(reach: Reach, change: NodeChange, fence = FENCE): Promise<ExtipError> {
  const error = await applyNodeChange(reach, change, fence).then(
    (result) => assert.fail(`it was done: ${JSON.stringify(result)}`),
    (reason) => reason,
  );
  assert.ok(error instanceof ExtipError, String(error));
  return error;
}

/** Waits until it is so, for 10 s at most. */
async function until(isSo: () => boolean): Promise<void> {
  for (let tries = 200; !isSo(); tries--) {
    assert.ok(tries > 0, 'it did not come to be so within 10 s');
    await sleep(50);
  }
}

describe('the literal command, for plans', () => {
  const COMMANDS: [NodeChange, string][] = [
    [ADD, 'ip addr add 10.9.0.50/32 dev eth0 label eth0:extip'],
    [ADD_6, 'ip addr add fd00::50/128 dev eth0 preferred_lft 0'],
    [REMOVE, 'ip addr del 10.9.0.50/32 dev eth0'],
    [{ ...REMOVE, interface: 'a$b' }, "ip addr del 10.9.0.50/32 dev 'a$b'"],
    [{ type: 'remove-record', ip: IP }, 'rm -f /var/lib/extip/10.9.0.50.json'],
    [
      { type: 'write-record', record: RECORD },
      `mkdir -p /var/lib/extip && printf '%s\\n' '${JSON.stringify(RECORD)}' > /var/lib/extip/10.9.0.50.json`,
    ],
  ];
  for (const [change, command] of COMMANDS) {
    test(`${change.type}: ${command.slice(0, 50)}`, () => {
      assert.equal(nodeChangeCommand(change), command);
    });
  }
});

describe('what is never sent to a node', () => {
  const never: Reach = { node: 'k0', argv: ['false'], description: 'must not be run' };
  const CASES: [string, object][] = [
    ['a network', { prefix: 24 }],
    ['everything', { prefix: 0 }],
    ['no address', { ip: '10.9.0.50 dev lo' }],
    ['an address in another form', { ip: '10.9.0.050' }],
    ['no interface name', { interface: 'eth0 label x' }],
    ['a label of another interface', { label: 'lo:extip' }],
    ['a label with a blank', { label: 'eth0:a b' }],
  ];
  for (const [what, changes] of CASES) {
    test(what, async () => {
      const error = await refusal(never, { ...ADD, ...changes } as NodeChange);
      assert.equal(error.reason, 'invalid-node-change');
      assert.equal(error.nothingChanged, true);
    });
  }
  test('a record that is none', async () => {
    const record = { ...RECORD, services: [] };
    assert.equal(
      (await refusal(never, { type: 'write-record', record })).reason,
      'invalid-node-change',
    );
  });
  test('a fence that is none', async () => {
    for (const fence of [
      { cluster: 'c 1', transitions: 1, step: 1 },
      { cluster: 'c1', transitions: -1, step: 1 },
      { cluster: 'c1', transitions: 1, step: -1 },
    ]) {
      assert.equal((await refusal(never, ADD, fence)).reason, 'invalid-node-change');
    }
  });
});

describe('on a node', { skip: NO_SEGMENT }, () => {
  if (NO_SEGMENT) return;
  const shells = createShells();
  const segment = createSegment({
    k0: ['10.9.0.1/24', 'fd00::1/64'],
    k2: ['10.9.0.2/24', 'fd00::2/64'],
    k3: [],
  });
  after(() => {
    segment.remove();
    shells.remove();
  });
  const k0 = segment.reach('k0');
  const addresses = (host = 'k0') =>
    segment
      .run(host, 'ip', '-o', 'addr', 'show', 'dev', 'eth0', 'scope', 'global')
      .split('\n')
      .map((line) => line.split(/ +/)[3])
      .filter((address) => address !== undefined)
      .sort();
  const own = addresses();
  const folder = join(segment.varLib('k0'), 'extip');
  const notify = () => segment.run('k0', 'cat', '/proc/sys/net/ipv6/conf/eth0/ndisc_notify').trim();

  for (const [name, path] of Object.entries(shells.paths)) {
    test(`with ${name}: each step, again, and its inverse, again`, async () => {
      const reach = segment.reach('k0', { path: `${path}:${process.env.PATH}` });
      const steps: NodeChange[] = [
        { type: 'write-record', record: RECORD },
        ADD,
        REMOVE,
        { type: 'remove-record', ip: IP },
      ];
      for (const step of steps) {
        assert.deepEqual(await applyNodeChange(reach, step, FENCE), { changed: true });
        const again = await applyNodeChange(reach, step, FENCE);
        assert.equal(again.changed, false);
        if (step === ADD) assert.deepEqual(addresses(), [...own, `${IP}/32`].sort());
      }
      assert.deepEqual(addresses(), own);
      assert.deepEqual(readdirSync(folder), ['fence']);
    });

    test(`with ${name}: IPv6 waits for duplicate address detection`, async () => {
      const reach = segment.reach('k0', { path: `${path}:${process.env.PATH}` });
      assert.deepEqual(await applyNodeChange(reach, ADD_6, FENCE), { changed: true });
      const line = segment.run('k0', 'ip', '-o', 'addr', 'show', 'to', 'fd00::50');
      assert.match(line, /fd00::50\/128/);
      assert.doesNotMatch(line, /tentative/);
      assert.equal(notify(), '0');
      assert.deepEqual(await applyNodeChange(reach, ADD_6, FENCE), { changed: false });
      assert.deepEqual(await applyNodeChange(reach, REMOVE_6, FENCE), { changed: true });
    });
  }

  test('the record is a file of root that everybody may read', async () => {
    await applyNodeChange(k0, { type: 'write-record', record: RECORD }, FENCE);
    const file = join(folder, `${IP}.json`);
    assert.deepEqual(JSON.parse(readFileSync(file, 'utf8')), RECORD);
    assert.equal(statSync(file).mode & 0o777, 0o644);
    assert.equal(statSync(folder).mode & 0o777, 0o755);
    await applyNodeChange(k0, { type: 'remove-record', ip: IP }, FENCE);
  });

  test('a link in the place of the record is replaced, not followed', async () => {
    const victim = join(segment.varLib('k0'), 'victim');
    writeFileSync(victim, 'precious');
    symlinkSync(victim, join(folder, `${IP}.json`));
    await applyNodeChange(k0, { type: 'write-record', record: RECORD }, FENCE);
    assert.equal(readFileSync(victim, 'utf8'), 'precious');
    await applyNodeChange(k0, { type: 'remove-record', ip: IP }, FENCE);
  });

  test('the label marks the address as ours', async () => {
    await applyNodeChange(k0, ADD, FENCE);
    assert.match(segment.run('k0', 'ip', '-o', 'addr', 'show', 'to', IP), /eth0:extip/);
    await applyNodeChange(k0, REMOVE, FENCE);
  });

  test('an address that is elsewhere on the node stays there', async () => {
    segment.run('k0', 'ip', 'addr', 'add', `${IP}/24`, 'dev', 'lo');
    const add = await refusal(k0, ADD);
    assert.equal(add.reason, 'address-elsewhere');
    assert.match(add.message, /already on lo as \/24/);
    assert.ok(add instanceof RefusedError);
    const removed = await applyNodeChange(k0, REMOVE, FENCE);
    assert.deepEqual(removed, { changed: false, message: 'left: it is on lo as /24' });
    segment.run('k0', 'ip', 'addr', 'del', `${IP}/24`, 'dev', 'lo');
  });

  test('only the exact prefix is removed, not the same address beside it', async () => {
    segment.run('k0', 'ip', 'addr', 'add', `${IP}/24`, 'dev', 'eth0');
    segment.run('k0', 'ip', 'addr', 'add', `${IP}/32`, 'dev', 'eth0');
    assert.deepEqual(await applyNodeChange(k0, REMOVE, FENCE), { changed: true });
    assert.deepEqual(addresses(), [...own, `${IP}/24`].sort());
    segment.run('k0', 'ip', 'addr', 'del', `${IP}/24`, 'dev', 'eth0');
  });

  test('an interface that is not there', async () => {
    const error = await refusal(k0, { ...ADD, interface: 'eth9', label: null });
    assert.equal(error.reason, 'no-interface');
    assert.match(error.message, /add 10.9.0.50\/32 to eth9 on node k0: .*"eth9" does not exist/);
  });

  test('IPv6: where another host has the address, it is taken off again', async () => {
    segment.run('k2', 'ip', 'addr', 'add', 'fd00::50/128', 'dev', 'eth0', 'nodad');
    const error = await refusal(k0, ADD_6);
    assert.equal(error.reason, 'duplicate-address');
    assert.equal(error.nothingChanged, true);
    assert.deepEqual(addresses(), own);
    assert.equal(notify(), '0');
    segment.run('k2', 'ip', 'addr', 'del', 'fd00::50/128', 'dev', 'eth0');
  });

  test('IPv6: the neighbours are told by the kernel', async () => {
    const neighbour = await segment.listen('k2', 'icmp6');
    await applyNodeChange(k0, ADD_6, FENCE);
    await neighbour.hear(/> ff02::1: ICMP6, neighbor advertisement, tgt is fd00::50/);
    neighbour.stop();
    await applyNodeChange(k0, REMOVE_6, FENCE);
  });

  test('IPv6: a script that is ended half-way puts ndisc_notify back', async () => {
    const text = renderScript(changeScript(ADD_6, FENCE), 'extip-mark');
    const [program = '', ...args] = k0.argv;
    const child = spawn(program, args, { detached: true, stdio: ['pipe', 'ignore', 'ignore'] });
    child.stdin?.end(text);
    await until(() => notify() === '1');
    process.kill(-(child.pid ?? 0), 'SIGTERM');
    await once(child, 'exit');
    await until(() => notify() === '0');
    await applyNodeChange(k0, REMOVE_6, FENCE);
  });

  test('IPv6: with the link down nothing can be detected: taken off again', {
    timeout: 30_000,
  }, async () => {
    segment.run('k3', 'ip', 'link', 'set', 'eth0', 'down');
    const error = await refusal(segment.reach('k3'), ADD_6);
    assert.equal(error.reason, 'still-tentative');
    assert.equal(error.nothingChanged, true);
    assert.equal(segment.run('k3', 'ip', '-o', 'addr', 'show', 'to', 'fd00::50'), '');
  });

  test('a late script, of a run that has lost the lock, does nothing', async () => {
    await applyNodeChange(k0, { type: 'remove-record', ip: IP }, { ...FENCE, transitions: 7 });
    const error = await refusal(k0, ADD, { ...FENCE, transitions: 6 });
    assert.equal(error.reason, 'fenced');
    assert.match(error.message, /seen number 7, ours is 6/);
    assert.ok(error instanceof FencedError && error.seen === 7);
    assert.deepEqual(addresses(), own);
    assert.equal(readFileSync(join(folder, 'fence'), 'utf8'), 'c1 7 1\n');
  });

  test('a late script of the same run, which has gone on without it, does nothing either', async () => {
    const step = (number: number) => ({ ...FENCE, transitions: 8, step: number });
    assert.equal((await applyNodeChange(k0, REMOVE, step(2))).changed, false);
    assert.equal((await refusal(k0, ADD, step(1))).reason, 'fenced');
    // The same script once more is no late one: its connection may have been dropped.
    assert.equal((await applyNodeChange(k0, REMOVE, step(2))).changed, false);
    assert.deepEqual(addresses(), own);
  });

  test('a fence that is raised keeps earlier runs off, and changes nothing', async () => {
    await raiseFence(k0, { ...FENCE, transitions: 9, step: 0 });
    assert.equal((await refusal(k0, ADD, { ...FENCE, transitions: 8, step: 9 })).reason, 'fenced');
    assert.deepEqual(readdirSync(folder), ['fence']);
    assert.equal(readFileSync(join(folder, 'fence'), 'utf8'), 'c1 9 0\n');
  });

  test('the numbers of another cluster are no measure', async () => {
    await applyNodeChange(
      k0,
      { type: 'remove-record', ip: IP },
      { cluster: 'c2', transitions: 1, step: 1 },
    );
    assert.equal(readFileSync(join(folder, 'fence'), 'utf8'), 'c2 1 1\n');
  });

  test('a fence file that a power cut has emptied is written anew', async () => {
    writeFileSync(join(folder, 'fence'), '');
    await applyNodeChange(k0, { type: 'remove-record', ip: IP }, FENCE);
    assert.equal(readFileSync(join(folder, 'fence'), 'utf8'), 'c1 3 1\n');
  });

  test('scripts that come at once: the highest number wins, later ones of lower numbers are refused', async () => {
    const numbers = [20, 21, 22, 23, 24, 25];
    const results = await Promise.allSettled(
      numbers.map((transitions) => applyNodeChange(k0, ADD, { ...FENCE, transitions })),
    );
    assert.equal(results.at(-1)?.status, 'fulfilled');
    for (const result of results) {
      if (result.status === 'rejected') assert.equal(result.reason.reason, 'fenced');
    }
    const changed = results.filter((r) => r.status === 'fulfilled' && r.value.changed);
    assert.equal(changed.length, 1);
    assert.equal(readFileSync(join(folder, 'fence'), 'utf8'), 'c1 25 1\n');
    await applyNodeChange(k0, REMOVE, { ...FENCE, transitions: 25 });
  });

  const now = { ...FENCE, transitions: 25 };

  test('a full disk: an error, and neither a record nor half of one', async () => {
    const full = segment.reach('k2');
    segment.mountVarLib('k2', 'size=4k,nr_inodes=3');
    const error = await refusal(full, { type: 'write-record', record: RECORD }, now);
    assert.equal(error.nothingChanged, true);
    assert.match(error.message, /No space left on device/);
    segment.mountVarLib('k2', null);
  });

  test('a read-only disk: an error', async () => {
    segment.mountVarLib('k2', 'ro');
    const error = await refusal(segment.reach('k2'), ADD, now);
    assert.equal(error.nothingChanged, true);
    assert.match(error.message, /Read-only file system/);
    segment.mountVarLib('k2', null);
  });

  test('a connection that dies in the middle: it is said that nothing is known', async () => {
    const cut = { ...k0, argv: ['sh', '-c', '"$@" | head -n 5', 'sh', ...k0.argv] };
    const error = await refusal(cut, ADD, now);
    assert.ok(error instanceof FailedError);
    assert.equal(error.nothingChanged, false);
    assert.match(error.message, /whether it was done is not known/);
    await applyNodeChange(k0, REMOVE, now);
  });

  test('without root: denied, nothing was done', async () => {
    chmodSync(segment.varLib('k0'), 0o755);
    const error = await refusal(segment.reach('k0', { user: 'nobody' }), ADD, now);
    assert.equal(error.reason, 'node-denied');
    assert.equal(error.nothingChanged, true);
    assert.deepEqual(addresses(), own);
  });
});
