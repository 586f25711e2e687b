import { deepEqual } from 'node:assert/strict';
import { suite, test } from 'node:test';
import { readSave } from '../../../../src/net/netfilter/iptables/read-save.ts';
import type { Answer, Verdict } from '../../../../src/net/netfilter/rules.ts';
import { ip, node, packet } from '../packets.ts';

type Changes = Parameters<typeof packet>[0];

function target(words: string, changes: Changes = {}, chain = 'PREROUTING'): Answer | undefined {
  const sent = packet(changes);
  const { tables } = readSave(`*nat\n-A ${chain} ${words}\nCOMMIT\n`, { family: sent.family });
  return tables[0]?.chain(chain)?.rule(0).steps.at(-1)?.(sent, node());
}

function verdicts(cases: readonly [string, Verdict, Changes?][]): void {
  for (const [words, verdict, changes] of cases) {
    test(`${words} → ${verdict.kind}`, () => {
      deepEqual(target(words, changes), { kind: 'verdict', verdict });
    });
  }
}

function range(first: string, last = first) {
  return { first: ip(first), last: ip(last) };
}

suite('verdicts', () => {
  const v6 = { source: '::2', destination: '::3' };
  verdicts([
    ['-j ACCEPT', { kind: 'accept' }],
    ['-j DROP', { kind: 'drop' }],
    ['-j RETURN', { kind: 'return' }],
    ['-j OWN', { kind: 'jump', chain: 'OWN' }],
    ['-g OWN', { kind: 'goto', chain: 'OWN' }],
    ['-j DROP -m comment --comment x', { kind: 'drop' }],
    ['-m comment --comment -j -j OWN', { kind: 'jump', chain: 'OWN' }],
    ['-j REJECT', { kind: 'reject', with: 'icmp-port-unreachable' }],
    ['-j REJECT', { kind: 'reject', with: 'icmp6-port-unreachable' }, v6],
    ['-p tcp -j REJECT --reject-with tcp-reset', { kind: 'reject', with: 'tcp-reset' }],
    [
      '-j REJECT --reject-with adm-prohibited',
      { kind: 'reject', with: 'icmp6-adm-prohibited' },
      v6,
    ],
    [
      '-j NFQUEUE --queue-num 3 --queue-bypass',
      { kind: 'queue', what: 'NFQUEUE --queue-num 3 --queue-bypass' },
    ],
    [
      '-j TPROXY --on-port 1 --on-ip 10.0.0.1',
      { kind: 'stolen', what: 'TPROXY --on-port 1 --on-ip 10.0.0.1' },
    ],
    ['-j NOBODY --knows it', { kind: 'stolen', what: 'NOBODY --knows it' }],
    [
      '-j CONNMARK --save-mark --nfmask abc',
      { kind: 'stolen', what: 'CONNMARK --save-mark --nfmask abc' },
    ],
    ['-j REJECT --reject-with a-smile', { kind: 'stolen', what: 'REJECT --reject-with a-smile' }],
  ]);

  test('a rule without a target has only its matches', () => {
    deepEqual(target('-s 203.0.113.9/32'), true);
  });
});

suite('NAT', () => {
  const to = (addresses: ReturnType<typeof range> | null, first?: number, last = first) => ({
    addresses,
    ports: first === undefined || last === undefined ? null : { first, last },
    persistent: false,
  });
  const one = range('1.1.1.1');
  const drawn = { first: 1024, last: 65535, random: true };
  verdicts([
    ['-j DNAT --to-destination 1.1.1.1', { kind: 'dnat', to: to(one) }],
    [
      '-j DNAT --to-destination 1.1.1.1-1.1.1.9',
      { kind: 'dnat', to: to(range('1.1.1.1', '1.1.1.9')) },
    ],
    ['-p tcp -j DNAT --to-destination 1.1.1.1:8080', { kind: 'dnat', to: to(one, 8080) }],
    ['-p tcp -j DNAT --to-destination 1.1.1.1:80-90', { kind: 'dnat', to: to(one, 80, 90) }],
    ['-p tcp -j DNAT --to-destination :8080', { kind: 'dnat', to: to(null, 8080) }],
    ['-p tcp -j DNAT --to-destination 1.1.1.1:1000-2000/70', { kind: 'dnat', to: to(one, 1010) }],
    ['-p tcp -j DNAT --to-destination 1.1.1.1:10-20/81', { kind: 'dnat', to: to(one, 18) }],
    [
      '-j DNAT --to-destination 1.1.1.1 --persistent',
      { kind: 'dnat', to: { ...to(one), persistent: true } },
    ],
    ['-j SNAT --to-source 1.1.1.1', { kind: 'snat', to: to(one) }],
    ['-j SNAT --to-source 1.1.1.1 --random', { kind: 'snat', to: { ...to(one), ports: drawn } }],
    ['-j MASQUERADE', { kind: 'masquerade', ports: null }],
    ['-j MASQUERADE --random-fully', { kind: 'masquerade', ports: drawn }],
    [
      '-p tcp -j MASQUERADE --to-ports 1024-2000',
      { kind: 'masquerade', ports: { first: 1024, last: 2000 } },
    ],
    ['-p tcp -j REDIRECT --to-ports 42', { kind: 'redirect', ports: { first: 42, last: 42 } }],
    ['-j REDIRECT', { kind: 'redirect', ports: null }],
    [
      '-j NETMAP --to 1.2.3.0/24',
      { kind: 'netmap', network: ip('1.2.3.0').value, mask: ip('255.255.255.0').value },
    ],
  ]);

  const v6 = { source: '::2', destination: '::3' };
  verdicts([
    ['-j DNAT --to-destination dead::beef', { kind: 'dnat', to: to(range('dead::beef')) }, v6],
    [
      '-p tcp -j DNAT --to-destination [dead::beef]:22',
      { kind: 'dnat', to: to(range('dead::beef'), 22) },
      v6,
    ],
    [
      '-p tcp -j DNAT --to-destination [dead::beef-dead::fee7]:1-9',
      { kind: 'dnat', to: to(range('dead::beef', 'dead::fee7'), 1, 9) },
      v6,
    ],
  ]);
});

suite('marks', () => {
  const cases: [string, number, number][] = [
    ['--set-xmark 0x4000/0x4000', 0x8001, 0xc001],
    ['--set-xmark 0x0/0xffffffff', 0x8001, 0],
    ['--set-xmark 0x00004000/0x00004000', 0, 0x4000],
    ['--set-xmark 0x1/0x0', 0x1, 0],
    ['--set-mark 0x80000000', 5, 0x80000000],
    ['--set-mark 0x1/0x2', 0x3, 0x1],
    ['--and-mark 0xf', 0xff, 0xf],
    ['--or-mark 0x10', 1, 0x11],
    ['--xor-mark 0x4000', 0x4001, 1],
  ];
  for (const [words, before, after] of cases) {
    test(`MARK ${words}: ${before.toString(16)} → ${after.toString(16)}`, () => {
      const answer = target(`-j MARK ${words}`, { mark: before });
      const effect = `mark 0x${after.toString(16)}`;
      deepEqual(answer, {
        kind: 'change',
        action: 'mark',
        effect,
        packet: packet({ mark: after }),
      });
    });
    test(`CONNMARK ${words}: ${before.toString(16)} → ${after.toString(16)}`, () => {
      const answer = target(`-j CONNMARK ${words}`, { connection: { mark: before } });
      const effect = `connmark 0x${after.toString(16)}`;
      const changed = packet({ connection: { mark: after } });
      deepEqual(answer, { kind: 'change', action: 'connmark', effect, packet: changed });
    });
  }

  test('CONNMARK saves the masked mark, and restores it', () => {
    const masks = '--nfmask 0xf0 --ctmask 0xff';
    const both = { mark: 0x5a, connection: { mark: 0xabc } };
    deepEqual(target(`-j CONNMARK --save-mark ${masks}`, both), {
      kind: 'change',
      action: 'connmark',
      effect: 'connmark 0xa50',
      packet: packet({ mark: 0x5a, connection: { mark: 0xa50 } }),
    });
    deepEqual(target(`-j CONNMARK --restore-mark ${masks}`, both), {
      kind: 'change',
      action: 'mark',
      effect: 'mark 0xb6',
      packet: packet({ mark: 0xb6, connection: { mark: 0xabc } }),
    });
  });

  test('CONNMARK does nothing where conntrack has no entry', () => {
    deepEqual(target('-j CONNMARK --set-xmark 0x1/0x1', { connection: { state: 'none' } }), true);
  });
});

suite('what leads on to the next rule', () => {
  for (const words of ['NOTRACK', 'CT --notrack']) {
    test(`${words} takes the packet from conntrack, unless it has it already`, () => {
      deepEqual(target(`-j ${words}`, { connection: { state: 'none' } }), {
        kind: 'change',
        action: 'notrack',
        effect: 'not tracked',
        packet: packet({ connection: { state: 'untracked' } }),
      });
      deepEqual(target(`-j ${words}`), true);
    });
  }

  const templates: [string, number][] = [
    ['CT --zone 7', 7],
    ['CT --zone mark', 0x42],
    ['CT --zone-reply 0x7', 7],
    ['CT --zone-orig 7', 0],
    ['CT --helper ftp', 0],
  ];
  for (const [words, replyZone] of templates) {
    test(`${words}: answers are found in zone ${replyZone}; only the first rule counts`, () => {
      const before = { mark: 0x10042, connection: { state: 'none' as const } };
      const template = { replyZone };
      deepEqual(target(`-j ${words}`, before), {
        kind: 'change',
        action: 'set',
        effect: words,
        packet: packet({ ...before, template }),
      });
      deepEqual(target(`-j ${words}`, { ...before, template: { replyZone: 1 } }), true);
      deepEqual(target('-j NOTRACK', { ...before, template }), true);
      deepEqual(target(`-j ${words}`), true, 'conntrack has looked');
    });
  }

  const cases: [string, 'log' | 'set'][] = [
    ['LOG --log-prefix "-j DROP: "', 'log'],
    ['NFLOG --nflog-group 1', 'log'],
    ['CLASSIFY --set-class 0000:ffff', 'set'],
  ];
  for (const [words, action] of cases) {
    test(words, () => {
      const change = { kind: 'change', action, effect: words, packet: packet() };
      deepEqual(target(`-j ${words}`), change);
    });
  }

  test('what is rewritten or entered in a set is kept with the packet', () => {
    const after = (words: string) => {
      const answer = target(words);
      return typeof answer === 'object' && answer.kind === 'change' ? answer.packet.changes : null;
    };
    deepEqual(after('-j TTL --ttl-dec 1'), {
      headers: new Map([['ttl', 'TTL --ttl-dec 1']]),
      members: new Map(),
    });
    deepEqual(after('-j SET --add-set S src'), {
      headers: new Map(),
      members: new Map([['ipset S', 'in']]),
    });
  });
});
