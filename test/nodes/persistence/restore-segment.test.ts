import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { createArpings } from '../arpings.ts';
import { NO_SEGMENT } from '../segment.ts';
import { createRestoringNode, IP, recordOf } from './restoring-node.ts';

describe('the restore script asks and tells the segment', { skip: NO_SEGMENT }, () => {
  if (NO_SEGMENT) return;
  const arpings = createArpings();
  const { segment, write, line, restore } = createRestoringNode();
  // What a node without arping has: every program but that.
  const bare = mkdtempSync(join(tmpdir(), 'extip-bare-'));
  const programs = 'sh ip ping timeout cat find sed grep head tail tr wc flock sleep sort';
  for (const program of programs.split(' ')) {
    symlinkSync(segment.run('k2', 'sh', '-c', `command -v ${program}`).trim(), join(bare, program));
  }
  after(() => {
    arpings.remove();
    rmSync(bare, { recursive: true });
  });

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
});
