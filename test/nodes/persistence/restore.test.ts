import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { chmodSync, chownSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { after, describe, test } from 'node:test';
import { nodeRecordText } from '../../../src/snapshot/records.ts';
import { waitFor } from '../../lab/wait.ts';
import { NO_SEGMENT } from '../segment.ts';
import { createShells } from '../shells.ts';
import { createRestoringNode, IP, IP_6, RECORD_6, recordOf } from './restoring-node.ts';

describe('the restore script', { skip: NO_SEGMENT }, () => {
  if (NO_SEGMENT) return;
  const shells = createShells();
  after(() => shells.remove());
  const { segment, folder, file, write, line, restore } = createRestoringNode();

  /** Who holds a lock of this kernel's, and behind `->` who waits for it (proc_locks(5)). */
  const readLocks = () => readFileSync('/proc/locks', 'utf8');
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
