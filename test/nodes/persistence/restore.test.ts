import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { after, afterEach, beforeEach, describe, test } from 'node:test';
import { RESTORE_TEXT } from '../../../src/nodes/persistence/restore-files.ts';
import { type NodeRecord, nodeRecordText } from '../../../src/snapshot/records.ts';
import { waitFor } from '../../lab/wait.ts';
import { createArpings } from '../arpings.ts';
import { createSegment, NO_SEGMENT } from '../segment.ts';
import { createShells } from '../shells.ts';

const IP = '10.9.0.50';
const IP_6 = 'fd00::50';

function recordOf(changes: Partial<NodeRecord> = {}): NodeRecord {
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

const RECORD_6 = recordOf({ ip: IP_6, prefix: 128, label: null });

describe('the restore script', { skip: NO_SEGMENT }, () => {
  if (NO_SEGMENT) return;
  const shells = createShells();
  const arpings = createArpings();
  const segment = createSegment({
    k0: ['10.9.0.1/24', 'fd00::1/64'],
    k2: ['10.9.0.2/24', 'fd00::2/64'],
  });
  const folder = join(segment.varLib('k0'), 'extip');
  // What a node without arping has: every program but that.
  const bare = mkdtempSync(join(tmpdir(), 'extip-bare-'));
  const programs = 'sh ip ping timeout cat find sed grep head tail tr wc flock sleep sort';
  for (const program of programs.split(' ')) {
    symlinkSync(segment.run('k2', 'sh', '-c', `command -v ${program}`).trim(), join(bare, program));
  }
  beforeEach(() => mkdirSync(folder));
  afterEach(() => {
    rmSync(folder, { recursive: true });
    for (const host of ['k0', 'k2']) {
      segment.run(host, 'ip', 'addr', 'flush', 'dev', 'eth0', 'to', '10.9.0.48/28');
      segment.run(host, 'ip', '-6', 'addr', 'flush', 'dev', 'eth0', 'to', 'fd00::50/124');
    }
  });
  after(() => {
    segment.remove();
    shells.remove();
    arpings.remove();
    rmSync(bare, { recursive: true });
  });

  const file = (name: string) => join(folder, name);
  const write = (...records: NodeRecord[]) => {
    for (const record of records)
      writeFileSync(file(`${record.ip}.json`), `${nodeRecordText(record)}\n`);
  };

  /** Runs it on k0; it waits 2 s for interfaces, or so many, instead of 60. */
  async function restore(options: { path?: string; prefix?: string[]; wait?: number } = {}) {
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
  }

  /** Who holds a lock of this kernel's, and behind `->` who waits for it (proc_locks(5)). */
  const readLocks = () => readFileSync('/proc/locks', 'utf8');
  const line = (ip: string) => segment.run('k0', 'ip', '-o', 'addr', 'show', 'to', ip).trim();
  const notify = () => segment.run('k0', 'cat', '/proc/sys/net/ipv6/conf/eth0/ndisc_notify').trim();

  for (const [name, folderOfShell] of Object.entries(shells.paths)) {
    const path = `${folderOfShell}:${process.env.PATH}`;
    test(`with ${name}: puts back what the records say, and once only`, async () => {
      write(recordOf(), recordOf({ ip: '10.9.0.51', label: null }), RECORD_6);
      const { said, exitCode } = await restore({ path });
      assert.equal(exitCode, 0, said);
      assert.match(line(IP), /inet 10\.9\.0\.50\/32 scope global eth0:extip/);
      assert.match(line('10.9.0.51'), /inet 10\.9\.0\.51\/32 scope global eth0\\/);
      // Deprecated: never the source of the node's own connections.
      assert.match(line(IP_6), /inet6 fd00::50\/128 scope global deprecated/);
      assert.doesNotMatch(line(IP_6), /tentative/);
      assert.equal(notify(), '0');
      assert.match(said, /^extip-restore: 10\.9\.0\.50 is restored on eth0$/m);

      const again = await restore({ path });
      assert.equal(again.exitCode, 0);
      assert.match(again.said, /^extip-restore: 10\.9\.0\.50 is there already: eth0 32$/m);
    });

    test(`with ${name}: skips what is no record of extip's, and says so`, async () => {
      const good = nodeRecordText(recordOf());
      const bad: Record<string, string> = {
        '10.9.0.51.json': good,
        '10.9.0.52.json': good.replace(IP, '10.9.0.52').replace('"persist"', '"x":1,"persist"'),
        '10.9.0.53.json': `${good.replace(IP, '10.9.0.53')}\n${good.replace(IP, '10.9.0.53')}`,
        '10.9.0.54.json': good.replace(IP, '10.9.0.54').replace('"prefix":32', '"prefix":24'),
        '10.9.0.55.json': good.replace(IP, '10.9.0.55').replace('"eth0"', '"eth0 nodad"'),
        '10.9.0.56.json': good.replace(IP, '10.9.0.56').replace('eth0:extip', '$(id):extip'),
        '10.9.0.57.json': ` ${good.replace(IP, '10.9.0.57')}`,
        '10.9.0.58.json': '',
        '$(touch pwned).json': good,
      };
      for (const [each, content] of Object.entries(bad)) writeFileSync(file(each), content);
      symlinkSync(file('elsewhere'), file('10.9.0.59.json'));
      writeFileSync(file('elsewhere'), good.replace(IP, '10.9.0.59'));
      writeFileSync(file('10.9.0.60.json'), good.replace(IP, '10.9.0.60'));
      chownSync(file('10.9.0.60.json'), 65534, 65534);
      writeFileSync(file('10.9.0.61.json'), good.replace(IP, '10.9.0.61'));
      chmodSync(file('10.9.0.61.json'), 0o664);
      const { said, exitCode } = await restore({ path });
      assert.equal(exitCode, 1);
      const skipped = [...Object.keys(bad), '10.9.0.59.json', '10.9.0.60.json', '10.9.0.61.json'];
      for (const each of skipped) {
        assert.ok(
          said.includes(`/${each} is skipped: it is no record of extip's`),
          `${each}: ${said}`,
        );
      }
      assert.equal(line('10.9.0.48/28'), '');
    });
  }

  const paths = { ...arpings.paths, none: bare };
  for (const [kind, path] of Object.entries(paths)) {
    const options = { path: kind === 'none' ? bare : `${path}:${process.env.PATH}` };

    test(`arping ${kind}: leaves off what another host has`, async () => {
      segment.run('k2', 'ip', 'addr', 'add', `${IP}/32`, 'dev', 'eth0');
      write(recordOf(), recordOf({ ip: '10.9.0.51' }));
      const { said, exitCode } = await restore(options);
      assert.equal(exitCode, 1, said);
      assert.match(said, /^extip-restore: 10\.9\.0\.50 is left off: another host has it/m);
      if (kind !== 'none') assert.ok(said.includes(segment.mac('k2')), said);
      assert.equal(line(IP), '');
      assert.match(line('10.9.0.51'), /10\.9\.0\.51\/32/);
    });
  }

  for (const [kind, path] of Object.entries(arpings.paths)) {
    test(`arping ${kind}: tells the neighbours`, async () => {
      write(recordOf());
      const neighbour = await segment.listen('k2', 'arp');
      await restore({ path: `${path}:${process.env.PATH}` });
      await neighbour.hear(/(Request who-has|Announcement) 10\.9\.0\.50/);
      neighbour.stop();
    });
  }

  test('IPv6: the kernel finds that another host has it, and it is taken off again', async () => {
    segment.run('k2', 'ip', 'addr', 'add', `${IP_6}/128`, 'dev', 'eth0', 'nodad');
    write(RECORD_6);
    const { said, exitCode } = await restore();
    assert.equal(exitCode, 1);
    assert.match(said, /fd00::50 is left off: another host has it \(duplicate address detection\)/);
    assert.equal(line(IP_6), '');
    assert.equal(notify(), '0');
  });

  test('IPv6: the neighbours are told of each of several', async () => {
    write(RECORD_6, recordOf({ ip: 'fd00::51', prefix: 128, label: null }));
    const neighbour = await segment.listen('k2', 'icmp6');
    assert.equal((await restore()).exitCode, 0);
    await neighbour.hear(/neighbor advertisement, tgt is fd00::50/);
    await neighbour.hear(/neighbor advertisement, tgt is fd00::51/);
    neighbour.stop();
  });

  test('puts nothing back that it should not: --no-persist, preexisting, of an older extip', async () => {
    const { persist: _, ...older } = recordOf({ ip: '10.9.0.52' });
    write(recordOf({ persist: false }), recordOf({ ip: '10.9.0.51', preexisting: true }), older);
    assert.deepEqual(await restore(), { said: '', exitCode: 0 });
    assert.equal(line('10.9.0.48/28'), '');
  });

  test('waits for an interface, which holds up no other', async () => {
    write(recordOf(), recordOf({ ip: '10.9.0.51', interface: 'late', label: null }));
    const running = restore({ wait: 50 });
    await waitFor('the other', async () => assert.match(line(IP), /10\.9\.0\.50\/32/), 30);
    segment.run('k0', 'ip', 'link', 'add', 'late', 'type', 'veth', 'peer', 'name', 'far');
    segment.run('k0', 'ip', 'addr', 'add', '10.7.0.1/24', 'dev', 'late');
    for (const end of ['late', 'far']) segment.run('k0', 'ip', 'link', 'set', end, 'up');
    const { said, exitCode } = await running;
    segment.run('k0', 'ip', 'link', 'del', 'late');
    assert.equal(exitCode, 0, said);
    assert.match(said, /10\.9\.0\.51 is restored on late/);
  });

  test('an interface that does not come, or has no carrier: left off', async () => {
    segment.run('k0', 'ip', 'link', 'add', 'dark', 'type', 'veth', 'peer', 'name', 'far');
    write(recordOf({ interface: 'eth9', label: null }));
    write(recordOf({ ip: '10.9.0.51', interface: 'dark', label: null }));
    const { said, exitCode } = await restore();
    segment.run('k0', 'ip', 'link', 'del', 'dark');
    assert.equal(exitCode, 1);
    assert.match(said, /10\.9\.0\.50 is left off: there is no interface eth9/);
    assert.match(said, /10\.9\.0\.51 is left off: dark is down or has no carrier/);
  });

  for (const [kind, path] of Object.entries(paths)) {
    test(`arping ${kind}: of what is on lo its segment is asked`, async () => {
      segment.run('k2', 'ip', 'addr', 'add', `${IP}/32`, 'dev', 'eth0');
      write(recordOf({ interface: 'lo', label: null }));
      const { said, exitCode } = await restore({
        path: kind === 'none' ? path : `${path}:${process.env.PATH}`,
      });
      assert.equal(exitCode, 1, said);
      assert.match(said, /^extip-restore: 10\.9\.0\.50 is left off: another host has it/m);
      assert.equal(line(IP), '');
    });
  }

  test('what is on lo is put back there, and its segment is told', async () => {
    write(recordOf({ interface: 'lo', label: 'lo:extip' }));
    const neighbour = await segment.listen('k2', 'arp');
    assert.equal((await restore()).exitCode, 0);
    await neighbour.hear(new RegExp(`Reply 10\\.9\\.0\\.50 is-at ${segment.mac('k0')}`));
    neighbour.stop();
    assert.match(line(IP), /scope global lo:extip/);
    segment.run('k0', 'ip', 'addr', 'del', `${IP}/32`, 'dev', 'lo');
  });

  test('of what is only routed to lo nobody is asked, nor where nobody can be', async () => {
    const dark = 'ip link add dark type veth peer name far && ip addr add 10.7.0.1/24 dev dark';
    const mute = 'ip link add mute type veth peer name deaf && ip addr add 10.6.0.1/24 dev mute';
    const up =
      'ip link set dark up && ip link set deaf up && ip link set mute up arp off && ip route add default dev eth0';
    segment.run('k0', 'sh', '-c', `${dark} && ${mute} && ${up}`);
    const onLo = { interface: 'lo', label: null };
    const ips = ['10.22.0.0', '10.7.0.9', '10.6.0.9'];
    write(...ips.map((ip) => recordOf({ ...onLo, ip })));
    const neighbour = await segment.listen('k2', 'arp');
    const { said, exitCode } = await restore();
    neighbour.stop();
    segment.run('k0', 'sh', '-c', 'ip link del dark; ip link del mute; ip route del default');
    assert.equal(exitCode, 0, said);
    assert.equal(neighbour.heard(), '');
    for (const ip of ips) {
      assert.match(line(ip), /lo/);
      segment.run('k0', 'ip', 'addr', 'del', `${ip}/32`, 'dev', 'lo');
    }
  });

  test('needs no more than what its unit leaves to it', async () => {
    write(recordOf(), RECORD_6);
    const prefix = ['setpriv', '--bounding-set', '-all,+net_admin,+net_raw'];
    const { said, exitCode } = await restore({ prefix });
    assert.equal(exitCode, 0, said);
    assert.equal(notify(), '0');
  });

  test('a release in the middle of a boot has the last word', async () => {
    write(recordOf());
    const hold = `exec 9<${folder}; flock -x 9; echo held; read -r _; rm ${file(`${IP}.json`)}`;
    const holder = spawn('sh', ['-c', hold], { stdio: ['pipe', 'pipe', 'inherit'] });
    await new Promise((resolve) => holder.stdout.once('data', resolve));
    const running = restore();
    const waiting = new RegExp(`-> FLOCK .*:${statSync(folder).ino} `);
    await waitFor('its flock', async () => assert.match(readLocks(), waiting), 30);
    assert.equal(line(IP), '');
    holder.stdin.end('\n');
    const { said, exitCode } = await running;
    assert.equal(exitCode, 0, said);
    assert.match(said, /10\.9\.0\.50: its record has changed meanwhile, nothing is done/);
    assert.equal(line(IP), '');
  });
});
