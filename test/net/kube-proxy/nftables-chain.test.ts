import assert from 'node:assert/strict';
import { test } from 'node:test';
import { nftablesChain } from '../../../src/net/kube-proxy/nftables-chain.ts';
import { nftablesHash, servicePortText } from '../../../src/net/kube-proxy/service-port.ts';
import { referenceFiles, referenceJson } from '../reference/files.ts';

const CASES: [chain: string, expected: string][] = [
  ['service-ULMVA6XW-ns1/svc1/tcp/p80', 'service ns1/svc1:p80'],
  ['external-ULMVA6XW-ns1/svc1/tcp/p80', 'external ns1/svc1:p80'],
  ['firewall-ULMVA6XW-ns1/svc1/tcp/p80', 'firewall ns1/svc1:p80'],
  ['local-ULMVA6XW-ns1/svc1/tcp/p80', 'local ns1/svc1:p80'],
  ['service-6KJ5P52A-ns1/svc1/tcp/', 'service ns1/svc1'],
  ['endpoint-MS3KI5BZ-ns1/svc1/tcp/__10.0.1.1/80', 'endpoint ns1/svc1 10.0.1.1:80'],
  [
    'endpoint-2CRNCTTE-ns1/svc1/tcp/p80__fd00.10.180..2.1/80',
    'endpoint ns1/svc1:p80 [fd00:10:180::2:1]:80',
  ],
  ['service-ULMVA6XW-a-very-long-namespace...', 'service'],
  ['mark-for-masquerade', 'mark-for-masquerade'],
  ['nat-prerouting', 'nat-prerouting'],
];

for (const [name, expected] of CASES) {
  test(name, () => {
    const { kind, service, endpoint } = nftablesChain(name);
    const parts = [kind, service && servicePortText(service), endpoint];
    assert.equal(parts.filter(Boolean).join(' '), expected);
  });
}

test('every name that kube-proxy wrote has the hash of its rest', () => {
  let count = 0;
  for (const file of referenceFiles('kube-proxy/nftables-1.30', '.json')) {
    const { nftList } = referenceJson('kube-proxy', 'nftables-1.30', file) as { nftList: string };
    for (const [, hash, rest = ''] of nftList.matchAll(/^\tchain \w+-([A-Z2-7]{8})-(\S+) \{$/gm)) {
      assert.equal(nftablesHash(rest), hash, rest);
      count++;
    }
  }
  assert.ok(count > 100, `${count} chains`);
});
