import assert from 'node:assert/strict';
import { test } from 'node:test';
import { flowLine } from '../../src/output/explanation-short.ts';
import { explainDump } from '../explain/explain-dump.ts';
import { referenceText } from '../net/reference/files.ts';

const S1 = referenceText('scenarios', 's1-kubernetes-1.8.iptables-save');
const DROP =
  '*filter\n:INPUT DROP [0:0]\n:FORWARD ACCEPT [0:0]\n-A FORWARD -d 192.0.2.7/32 -j DROP\nCOMMIT\n';

const LINES: [dump: string, to: string, local: string[], line: string][] = [
  [
    S1,
    '10.22.0.0:80',
    ['192.168.1.5'],
    'delivered to 172.17.0.3:80 (a third), 172.17.0.4:80 (a third), 172.17.0.8:80 (a third), with an address of the node as its source',
  ],
  [
    S1,
    '192.168.1.5:30916',
    [],
    'undetermined: give --local; not known: 192.168.1.5 is an address of this node',
  ],
  [DROP, '192.0.2.7:80', ['192.0.2.1'], 'dropped: a rule of filter FORWARD (line 4)'],
  [DROP, '192.0.2.1:80', ['192.0.2.1'], 'dropped: the policy of filter INPUT'],
  [
    DROP,
    '192.0.2.8:80',
    ['192.0.2.1'],
    'forwarded: the node routes it on; untouched: no rule names this address',
  ],
];

for (const [dump, to, local, line] of LINES) {
  test(`${to}: ${line}`, () => {
    const flow = explainDump(dump, { to, local });
    assert.equal(flowLine(flow), `203.0.113.9 → ${to} tcp, from outside: ${line}`);
  });
}
