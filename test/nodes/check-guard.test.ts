import assert from 'node:assert/strict';
import { after, describe, it, test } from 'node:test';
import { parseIp } from '../../src/net/ip.ts';
import { whyNotGuarded } from '../../src/nodes/check-guard.ts';
import { type GuardedPlace, isGuardIn, type PermittedPort } from '../../src/nodes/guard-rules.ts';
import { createSegment, NO_SEGMENT, type Segment } from './segment.ts';

const IP = '20.1.0.167';
const WEB = { protocol: 'TCP', port: 80 };

/** As Calico's agent writes it for `--source 20.1.0.165`, comments as it writes them. */
const ALLOW_ONE = `-A cali-pi-allow -s 20.1.0.165/32 -d ${IP}/32 -p tcp -m comment --comment "cali:d276ogPK88G8WIP2" -m comment --comment "extip.dev/service=default/web" -m multiport --dports 80 -j MARK --set-xmark 0x10000/0x10000`;

/** For two sources and all others. */
const ALLOW_MORE = `-A cali-pi-allow -m comment --comment "cali:ajY1dB2tiiBMSQQq" -j MARK --set-xmark 0x0/0xc0000
-A cali-pi-allow -s 20.1.0.165/32 -m comment --comment "cali:ZDGjvg6eL37pkGxT" -j MARK --set-xmark 0x40000/0x40000
-A cali-pi-allow -s 10.0.0.0/8 -m comment --comment "cali:pdXPJwbJTJebLuvF" -j MARK --set-xmark 0x40000/0x40000
-A cali-pi-allow -m comment --comment "cali:mzPhGGy_D2Zsyg8A" -j MARK --set-xmark 0x40000/0x40000
-A cali-pi-allow -d ${IP}/32 -p tcp -m comment --comment "cali:OiCiToUgGS9Pvr82" -m multiport --dports 80 -m mark --mark 0x40000/0x40000 -j MARK --set-xmark 0x10000/0x10000`;

const DENY = `-A cali-pi-deny -d ${IP}/32 -p icmp -m comment --comment "cali:yL6OhbBSYV8tfkKC" -j MARK --set-xmark 0x10000/0x10000
-A cali-pi-deny -m comment --comment "cali:vBKvGS6D8HRfqxe6" -m mark --mark 0x10000/0x10000 -j RETURN
-A cali-pi-deny -d ${IP}/32 -m comment --comment "cali:hNGN3fhe-STbDuQW" -j DROP`;

/** Both policies have one selector: a chain for the two leads to them. */
const DISPATCH = `-A cali-from-host-endpoint -i ens34 -m comment --comment "cali:bclxotNrOHadMp1p" -g cali-fh-ens34
-A cali-fh-ens34 -m comment --comment "cali:2-LD_g4ZaEh2PNEv" -j cali-failsafe-in
-A cali-fh-ens34 -m comment --comment "cali:LFCJ2Y0FQDY9U3gk" -m mark --mark 0x0/0x20000 -j cali-gi-BX_FgicB9ovw0cs18bJV
-A cali-gi-BX_FgicB9ovw0cs18bJV -m comment --comment "cali:aheQNx-o10cM0XM5" -j cali-pi-allow
-A cali-gi-BX_FgicB9ovw0cs18bJV -m comment --comment "cali:RrmbpW-DzM0kNoIN" -m mark --mark 0x0/0x30000 -j cali-pi-deny`;

const ONE = [DISPATCH, ALLOW_ONE, DENY].join('\n');

/** The agent's own nftables mode. */
const NFT = `table ip calico {
  chain mangle-cali-fh-ens34 {
    ct state established,related counter packets 0 bytes 0 accept
    meta mark & 0x00020000 == 0x00000000 counter packets 0 bytes 0 jump mangle-cali-pi-allow comment "cali:x;"
    meta mark & 0x00030000 == 0x00000000 counter packets 0 bytes 0 jump mangle-cali-pi-deny
  }
  chain mangle-cali-pi-allow {
    ip saddr 20.1.0.165 ip daddr ${IP} tcp dport { 80 } counter packets 0 bytes 0 meta mark set meta mark | 0x00010000 comment "cali:y; ip daddr 1.2.3.4"
    ip saddr 10.1.0.0/24 ip daddr ${IP} meta l4proto udp udp dport 53 counter packets 0 bytes 0 meta mark set meta mark | 0x00010000
  }
  chain mangle-cali-pi-deny {
    ip daddr ${IP} meta l4proto icmp counter packets 0 bytes 0 meta mark set meta mark | 0x00010000
    ip daddr ${IP} counter packets 0 bytes 0 drop
  }
}`;

function place(permitted: PermittedPort[], name = 'ens34', ip = IP): GuardedPlace {
  const parsed = parseIp(ip);
  assert.ok(parsed);
  return { ip: parsed, interface: name, permitted };
}

const permits = (...sources: string[]) => [{ ...WEB, sources }];
const everybody = [{ ...WEB, sources: null }];

describe('the guard of an address is in the rules of Calico', () => {
  const cases: [what: string, saved: string, wanted: GuardedPlace, is: boolean][] = [
    ['as it is wanted', ONE, place(permits('20.1.0.165/32')), true],
    ['of other sources: those of before', ONE, place(permits('20.1.0.0/24')), false],
    ['of fewer sources', ONE, place(permits('20.1.0.165/32', '10.0.0.0/8')), false],
    ['of one source, where everybody is meant', ONE, place(everybody), false],
    ['of another port', ONE, place([{ ...WEB, port: 8080, sources: ['20.1.0.165/32'] }]), false],
    [
      'of one port, where two are meant',
      ONE,
      place([...permits('20.1.0.165/32'), { protocol: 'UDP', port: 53, sources: null }]),
      false,
    ],
    [
      'of several sources, of which one is everybody',
      [DISPATCH, ALLOW_MORE, DENY].join('\n'),
      place(permits('0.0.0.0/0', '10.0.0.0/8', '20.1.0.165/32')),
      true,
    ],
    [
      'of several sources, and one more',
      [DISPATCH, ALLOW_MORE, DENY].join('\n'),
      place(permits('20.1.0.165/32')),
      false,
    ],
    [
      'without what denies the rest',
      [DISPATCH, ALLOW_ONE].join('\n'),
      place(permits('20.1.0.165/32')),
      false,
    ],
    ['asked at another interface alone', ONE, place(permits('20.1.0.165/32'), 'ens35'), false],
    ['of another address', ONE, place(permits('20.1.0.165/32'), 'ens34', '20.1.0.16'), false],
    ['of a Service without ports: all is denied', [DISPATCH, DENY].join('\n'), place([]), true],
    [
      'in nftables mode',
      NFT,
      place([...permits('20.1.0.165/32'), { protocol: 'UDP', port: 53, sources: ['10.1.0.0/24'] }]),
      true,
    ],
    ['in nftables mode, as it was before', NFT, place(permits('20.1.0.165/32')), false],
  ];
  for (const [what, saved, wanted, is] of cases) {
    it(`${what}: ${is ? 'yes' : 'no'}`, () => assert.equal(isGuardIn(saved, wanted), is));
  }
});

describe('the guard of an address in the kernel', { skip: NO_SEGMENT }, () => {
  if (NO_SEGMENT) return;
  const segment: Segment = createSegment({ updated: [], none: [] });
  after(() => segment.remove());
  const chains = [...new Set(ONE.match(/cali-(?!:)[\w-]+/g))];
  const load = (rules: string) =>
    segment.run(
      'updated',
      'sh',
      '-c',
      `printf '%s' "$1" | iptables-nft-restore`,
      'sh',
      ['*mangle', ...chains.map((name) => `:${name} - [0:0]`), rules, 'COMMIT', ''].join('\n'),
    );

  test('an update is waited for: the rules of before are not it', async () => {
    load(ONE);
    const wanted = place(permits('20.1.0.0/24'));
    const look = (waitSeconds: number) =>
      whyNotGuarded(segment.reach('updated'), wanted, { waitSeconds });
    assert.match((await look(0)) ?? '', /has not written it within 0 s/);
    setTimeout(() => load(ONE.replace('-s 20.1.0.165/32', '-s 20.1.0.0/24')), 700);
    assert.equal(await look(20), null);
  });

  test('a node without Calico has no guard', async () => {
    const why = await whyNotGuarded(segment.reach('none'), place(everybody), { waitSeconds: 0 });
    assert.match(why ?? '', /is calico-node running there\?$/);
  });

  test('a node that cannot be reached is not taken for one without', async () => {
    const reach = { node: 'k0', argv: ['no-such-wrapper'], description: 'test' };
    assert.doesNotMatch((await whyNotGuarded(reach, place(everybody))) ?? '', /calico-node/);
  });
});
