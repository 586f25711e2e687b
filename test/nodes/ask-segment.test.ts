import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { announceAddress } from '../../src/nodes/announce.ts';
import { checkNeighbour } from '../../src/nodes/check-neighbour.ts';
import { collectNode } from '../../src/nodes/collect.ts';
import { probeAddress } from '../../src/nodes/probe.ts';
import { createArpings } from './arpings.ts';
import { createSegment, NO_SEGMENT } from './segment.ts';

const HELD = '10.9.0.50';
const TWICE = '10.9.0.60';
const FREE = '10.9.0.99';
const ON_LO = '10.9.0.70';

describe('asking the segment', { skip: NO_SEGMENT }, () => {
  if (NO_SEGMENT) return;
  const arpings = createArpings();
  const segment = createSegment({
    k0: ['10.9.0.1/24', 'fd00::1/64', `${HELD}/32`, `${TWICE}/32`, 'fd00::50/128', 'fd00::60/128'],
    k2: ['10.9.0.2/24', 'fd00::2/64'],
    idle: [],
    host: ['10.9.0.3/24', 'fd00::3/64', `${TWICE}/32`, 'fd00::60/128'],
  });
  // What a node without arping and ndisc6 has: every program but those.
  const bare = mkdtempSync(join(tmpdir(), 'extip-bare-'));
  for (const program of ['sh', 'ip', 'ping', 'timeout', 'id', 'cat']) {
    symlinkSync(segment.run('k2', 'sh', '-c', `command -v ${program}`).trim(), join(bare, program));
  }
  after(() => {
    segment.remove();
    arpings.remove();
    rmSync(bare, { recursive: true });
  });
  const on = (host: string, path: string) =>
    segment.reach(host, { path: `${path}:${process.env.PATH}` });

  for (const kind of ['iputils', 'habets', 'busybox'] as const) {
    describe(kind, { concurrency: true }, () => {
      const path = arpings.paths[kind];
      const probe = (ip: string, host = 'k2', name = 'eth0') =>
        probeAddress(on(host, path), {
          ip,
          interface: name,
          arping: kind,
          holdsItself: host === 'k0',
        });

      test(`it is told apart by its -V`, async () => {
        const { argv } = on('k0', path);
        const config = { k0: { command: argv.slice(0, -2) } };
        const state = await collectNode({ metadata: { name: 'k0' } }, { ssh: {}, config });
        assert.equal(state.facts?.arping, kind);
      });

      test(`another host answers, with its MAC`, async () => {
        const { outcome, mac, how } = await probe(HELD);
        assert.deepEqual({ outcome, mac }, { outcome: 'answered', mac: segment.mac('k0') });
        assert.match(how, /^arping( -D)? on k2 eth0$/);
      });

      test(`nobody answers, about 2 s later`, async () => {
        const began = performance.now();
        assert.equal((await probe(FREE)).outcome, 'free');
        assert.ok(performance.now() - began < 4000);
      });

      test(`an address outside the interface's subnet is asked for all the same`, async () => {
        segment.run('k0', 'ip', 'addr', 'add', '10.8.0.1/32', 'dev', 'lo');
        assert.equal((await probe('10.8.0.1')).outcome, 'answered');
        segment.run('k0', 'ip', 'addr', 'del', '10.8.0.1/32', 'dev', 'lo');
      });

      test(`the holder itself hears others, not itself`, async () => {
        assert.equal((await probe(HELD, 'k0')).outcome, 'free');
        assert.equal((await probe(TWICE, 'k0')).mac, segment.mac('host'));
      });

      test(`on lo nobody can be asked, whatever its exit code says`, async () => {
        const { outcome, reason } = await probe(HELD, 'k2', 'lo');
        assert.equal(outcome, 'not-asked');
        assert.match(reason ?? '', /loopback/);
      });

      test(`what the holder has on lo is announced and answered for on its segment`, async () => {
        segment.run('k0', 'ip', 'addr', 'add', ON_LO, 'dev', 'lo');
        const neighbour = await segment.listen('k2', 'arp');
        const mac = segment.mac('k0');
        const place = { ip: ON_LO, interface: 'eth0', arping: kind };
        assert.equal((await announceAddress(on('k0', path), place)).announced, true);
        await neighbour.hear(new RegExp(`Reply ${ON_LO} is-at ${mac}`));
        neighbour.stop();
        const check = () => checkNeighbour(on('k2', path), { ...place, expectedMacs: [mac] });
        const ignore = '/proc/sys/net/ipv4/conf/all/arp_ignore';
        const answered = await check();
        segment.run('k0', 'sh', '-c', `echo 1 > ${ignore}`);
        const silent = await check();
        segment.run('k0', 'sh', '-c', `echo 0 > ${ignore}`);
        segment.run('k0', 'ip', 'addr', 'del', `${ON_LO}/32`, 'dev', 'lo');
        assert.equal(answered.outcome, 'passed', answered.detail);
        assert.equal(silent.outcome, 'failed', silent.detail);
      });

      test(`an interface that is not there`, async () => {
        const { outcome, reason } = await probe(HELD, 'k2', 'eth9');
        assert.equal(outcome, 'not-asked');
        assert.match(reason ?? '', /eth9/);
      });

      test(`a neighbour checks the holder's MAC, and finds a second holder`, async () => {
        const check = (ip: string, ...expectedMacs: string[]) =>
          checkNeighbour(on('k2', path), { ip, interface: 'eth0', arping: kind, expectedMacs });
        const k0 = segment.mac('k0');
        const [right, either, wrong, twice, nobody] = await Promise.all([
          check(HELD, k0.toUpperCase()),
          check(HELD, '02:00:00:00:00:01', k0),
          check(HELD, '02:00:00:00:00:01'),
          check(TWICE, k0),
          check(FREE, k0),
        ]);
        assert.equal(right.outcome, 'passed');
        assert.equal(either.outcome, 'passed');
        assert.equal(wrong.outcome, 'failed');
        assert.match(wrong.detail, new RegExp(`${k0} answers instead of 02:00:00:00:00:01`));
        assert.equal(twice.outcome, 'failed');
        assert.match(twice.detail, new RegExp(`${segment.mac('host')} answers also`));
        assert.match(nobody.detail, /nobody answers for 10.9.0.99/);
      });

      test(`the announcement, as a request and as a reply`, async () => {
        const neighbour = await segment.listen('k2', 'arp');
        const { announced } = await announceAddress(on('k0', path), {
          ip: HELD,
          interface: 'eth0',
          arping: kind,
        });
        assert.equal(announced, true);
        const from = `${segment.mac('k0')} > ff:ff:ff:ff:ff:ff`;
        await neighbour.hear(new RegExp(`${from}.* Request who-has ${HELD} .*tell ${HELD}`));
        await neighbour.hear(new RegExp(`${from}.* Reply ${HELD} is-at ${segment.mac('k0')}`));
        neighbour.stop();
      });

      test(`on lo there is nobody to tell`, async () => {
        const { announced, how } = await announceAddress(on('k0', path), {
          ip: HELD,
          interface: 'lo',
          arping: kind,
        });
        assert.equal(announced, false);
        assert.match(how, /lo does no ARP/);
      });
    });
  }

  test('an address that is not on the node cannot be announced', async () => {
    const { announced, how } = await announceAddress(on('k0', arpings.paths.iputils), {
      ip: FREE,
      interface: 'eth0',
      arping: 'iputils',
    });
    assert.equal(announced, false);
    assert.match(how, /neighbours learn within their ARP timeout/);
  });

  test('an interface that is down cannot be asked', async () => {
    segment.run('idle', 'ip', 'link', 'set', 'eth0', 'down');
    const question = {
      ip: HELD,
      interface: 'eth0',
      arping: 'iputils',
      holdsItself: false,
    } as const;
    const { outcome, reason } = await probeAddress(segment.reach('idle'), question);
    assert.deepEqual({ outcome, reason }, { outcome: 'not-asked', reason: 'eth0 is down' });
  });

  describe('a node without arping and ndisc6', () => {
    const asked = (ip: string, host = 'k2') =>
      probeAddress(segment.reach(host, { path: bare }), {
        ip,
        interface: 'eth0',
        arping: null,
        holdsItself: host === 'k0',
      });
    for (const [family, held, free] of [
      ['IPv4', HELD, FREE],
      ['IPv6', 'fd00::50', 'fd00::99'],
    ] as const) {
      test(`${family}: a ping makes the kernel ask`, async () => {
        const { outcome, mac, how } = await asked(held);
        assert.deepEqual({ outcome, mac }, { outcome: 'answered', mac: segment.mac('k0') });
        assert.equal(how, 'ping and ip neigh on k2 eth0');
        assert.equal((await asked(free)).outcome, 'free');
      });
    }
    test('what the neighbour cache still holds is no answer', async () => {
      const stale = [FREE, 'lladdr', '02:00:00:00:00:09', 'dev', 'eth0', 'nud', 'stale'];
      segment.run('k2', 'ip', 'neigh', 'replace', ...stale);
      assert.equal((await asked(FREE)).outcome, 'free');
    });
    test('a host that answers no ping is found all the same', async () => {
      segment.run('k0', 'sh', '-c', 'echo 1 > /proc/sys/net/ipv4/icmp_echo_ignore_all');
      assert.equal((await asked(HELD)).outcome, 'answered');
      segment.run('k0', 'sh', '-c', 'echo 0 > /proc/sys/net/ipv4/icmp_echo_ignore_all');
    });
    test('the holder would answer its own ping: not asked', async () => {
      assert.equal((await asked(HELD, 'k0')).outcome, 'not-asked');
      assert.equal((await asked('fd00::50', 'k0')).outcome, 'not-asked');
    });
  });

  describe('IPv6, by ndisc6', { concurrency: true }, () => {
    const question = { interface: 'eth0', arping: null, holdsItself: false };
    test('another host answers, or nobody', async () => {
      const taken = await probeAddress(segment.reach('k2'), { ...question, ip: 'fd00::50' });
      assert.deepEqual(
        [taken.outcome, taken.mac, taken.how],
        ['answered', segment.mac('k0'), 'ndisc6 on k2 eth0'],
      );
      const free = await probeAddress(segment.reach('k2'), { ...question, ip: 'fd00::99' });
      assert.equal(free.outcome, 'free');
    });
    test('the holder itself hears others, not itself', async () => {
      const own = { ...question, holdsItself: true };
      const alone = await probeAddress(segment.reach('k0'), { ...own, ip: 'fd00::50' });
      assert.equal(alone.outcome, 'free');
      const both = await probeAddress(segment.reach('k0'), { ...own, ip: 'fd00::60' });
      assert.equal(both.mac, segment.mac('host'));
    });
    test('what the holder has on lo is answered for nowhere', async () => {
      segment.run('k0', 'ip', 'addr', 'add', 'fd00::70', 'dev', 'lo');
      const { outcome } = await probeAddress(segment.reach('k2'), { ...question, ip: 'fd00::70' });
      segment.run('k0', 'ip', 'addr', 'del', 'fd00::70/128', 'dev', 'lo');
      assert.equal(outcome, 'free');
    });
    test('a neighbour finds a second holder', async () => {
      const check = await checkNeighbour(segment.reach('k2'), {
        ip: 'fd00::60',
        interface: 'eth0',
        arping: null,
        expectedMacs: [segment.mac('k0')],
      });
      assert.equal(check.outcome, 'failed');
      assert.match(check.detail, new RegExp(`${segment.mac('host')} answers also`));
    });
  });
});
