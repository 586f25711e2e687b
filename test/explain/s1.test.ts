import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { Chalk } from 'chalk';
import type { Flow } from '../../src/explain/explanation.ts';
import { explanationText } from '../../src/output/explanation-text.ts';
import { referenceText } from '../net/reference/files.ts';
import { explainDump, explanationOf } from './explain-dump.ts';

// The rules of the tutorials, Kubernetes 1.8, with nothing known of the node.
const S1 = referenceText('scenarios', 's1-kubernetes-1.8.iptables-save');

describe('the rules of S1, one by one', () => {
  const { phases } = explainDump(S1, { to: '10.22.0.0:80' });

  const RULES: [rule: string, purpose: string][] = [
    ['-A PREROUTING', 'kube-proxy looks for the Service of this address and port'],
    [
      '-A KUBE-SERVICES -d 10.22.0.0/32 -p tcp -m comment --comment "default/nginx: external IP" -m tcp --dport 80 -j KUBE-MARK-MASQ',
      'the external IP of default/nginx: marks the packet for masquerade',
    ],
    ['-A KUBE-MARK-MASQ', 'marks the packet for masquerade'],
    [
      '-A KUBE-SERVICES -d 10.22.0.0/32 -p tcp -m comment --comment "default/nginx: external IP" -m tcp --dport 80 -m physdev',
      'the external IP of default/nginx: to one of the endpoints of default/nginx',
    ],
    [
      '-A KUBE-SVC-4N57TFCL4MD7ZTDA -m comment --comment "default/nginx:" -m statistic --mode random --probability 0.33332999982',
      'to the endpoint 172.17.0.3:80 of default/nginx',
    ],
    ['-A KUBE-SEP-RETR7JMLNGKOJSQK -p tcp', 'sends the packet to 172.17.0.3:80'],
    ['-A KUBE-SEP-UZXILYFQQ2IZUWN5 -p tcp', 'sends the packet to 172.17.0.4:80'],
    ['-A KUBE-SEP-Z5JB7O4CUBWMYZUU -p tcp', 'sends the packet to 172.17.0.8:80'],
    ['-A POSTROUTING', 'kube-proxy masquerades what is marked for it'],
    ['-A KUBE-POSTROUTING', 'gives the packet an address of the node as its source'],
  ];

  for (const [rule, purpose] of RULES) {
    test(`${rule} … ${purpose}`, () => {
      const found = phases.find(
        (it) => it.rule?.startsWith(rule) && !['balance', 'unknown'].includes(it.action),
      );
      assert.equal(found?.purpose, purpose);
    });
  }
});

/** Verdict, backends and what it depends on. */
function said({ verdict, backends, undetermined, untouched }: Flow): string[] {
  return [
    `${verdict.outcome} ${verdict.reason}`,
    ...backends.map(({ address, port }) => `${address}:${port}`),
    ...undetermined.map(({ fact, settledBy }) => `${fact}? ${settledBy}`),
    ...(untouched ? [untouched] : []),
  ];
}

const PODS = ['172.17.0.3:80', '172.17.0.4:80', '172.17.0.8:80'];
const NODE_PORT = '192.168.1.5 is an address of this node? --local';

const PACKETS: [to: string, local: string[], said: string[]][] = [
  ['10.22.0.0:80', [], ['delivered dnat', ...PODS]],
  ['10.22.0.0:80', ['10.22.0.0', '192.168.1.5'], ['delivered dnat', ...PODS]],
  ['10.99.239.22:80', [], ['delivered dnat', ...PODS]],
  ['192.168.1.5:30916', ['192.168.1.5'], ['delivered dnat', ...PODS]],
  ['192.168.1.5:30916', [], ['undetermined differs', ...PODS, NODE_PORT]],
  [
    '10.22.0.0:81',
    ['192.168.1.5'],
    ['forwarded routed', 'rules name this address (line 29), and none of them matches the packet'],
  ],
  ['10.22.0.1:80', ['10.22.0.1'], ['local local-address', 'no rule names this address']],
  ['10.22.0.1:80', ['192.168.1.5'], ['forwarded routed', 'no rule names this address']],
];

for (const [to, local, expected] of PACKETS) {
  test(`to ${to}, node's addresses ${local.join(', ') || 'not known'}: ${expected[0]}`, () => {
    assert.deepEqual(said(explainDump(S1, { to, local })), expected);
  });
}

test('facts that were not known are listed: what made no difference, and what was taken to be so', () => {
  const { assumed, masquerade } = explainDump(S1, { to: '10.22.0.0:80' });
  const facts = assumed.map(({ fact, harmless }) => `${fact}: ${harmless ? 'harmless' : 'taken'}`);
  assert.deepEqual(facts.sort(), [
    '172.17.0.3 is an address of this node: harmless',
    '172.17.0.4 is an address of this node: harmless',
    '172.17.0.8 is an address of this node: harmless',
    'net.ipv4.ip_forward is 1: taken',
    'no reverse path filter stands in the way: taken',
    'the packet does not come in by a port of a bridge: taken',
  ]);
  assert.equal(masquerade, null, 'it is, unless the pod is the node itself');
});

test('a process on the node reaches the external IP only where it is the node’s own', () => {
  const flags = { to: '10.22.0.0:80', from: '192.168.1.5' };
  const elsewhere = explainDump(S1, { ...flags, local: ['192.168.1.5'] });
  assert.equal(elsewhere.origin, 'node');
  assert.equal(elsewhere.verdict.outcome, 'forwarded');
  const own = explainDump(S1, { ...flags, local: ['192.168.1.5', '10.22.0.0'] });
  assert.deepEqual(said(own), ['delivered dnat', ...PODS]);
});

test('the text has the path as a tree, and what is alike behind a fork once', () => {
  const flow = explainDump(S1, { to: '10.22.0.0:80', local: ['192.168.1.5'] });
  const text = explanationText(explanationOf(flow), {
    all: false,
    colors: new Chalk({ level: 0 }),
  });
  assert.deepEqual(text.slice(text.indexOf('\n\n') + 2).split('\n'), [
    'prerouting',
    '└─ nat PREROUTING: kube-proxy looks for the Service of this address and port',
    '   ├─ KUBE-SERVICES: the external IP of default/nginx: marks the packet for masquerade',
    '   │  └─ KUBE-MARK-MASQ: marks the packet for masquerade',
    '   └─ KUBE-SERVICES: the external IP of default/nginx: to one of the endpoints of default/nginx',
    '      ├─ a third of the connections',
    '      │  └─ KUBE-SVC-4N57TFCL4MD7ZTDA: to the endpoint 172.17.0.3:80 of default/nginx',
    '      │     └─ KUBE-SEP-RETR7JMLNGKOJSQK: sends the packet to 172.17.0.3:80',
    '      ├─ a third of the connections',
    '      │  └─ KUBE-SVC-4N57TFCL4MD7ZTDA: to the endpoint 172.17.0.4:80 of default/nginx',
    '      │     └─ KUBE-SEP-UZXILYFQQ2IZUWN5: sends the packet to 172.17.0.4:80',
    '      └─ a third of the connections',
    '         └─ KUBE-SVC-4N57TFCL4MD7ZTDA: to the endpoint 172.17.0.8:80 of default/nginx',
    '            └─ KUBE-SEP-Z5JB7O4CUBWMYZUU: sends the packet to 172.17.0.8:80',
    'routing: forward',
    'postrouting',
    '└─ nat POSTROUTING: kube-proxy masquerades what is marked for it',
    '   └─ KUBE-POSTROUTING: gives the packet an address of the node as its source',
    'delivered',
  ]);
});
