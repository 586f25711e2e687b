import assert from 'node:assert/strict';
import { test } from 'node:test';
import { referenceFiles, referenceJson } from '../net/reference/files.ts';
import { explainDump } from './explain-dump.ts';

const recorded = referenceFiles('kube-proxy/nftables-1.30', '.json')
  .map((file) => referenceJson('kube-proxy', 'nftables-1.30', file))
  .find(({ nftList }) => nftList.includes('service-6KJ5P52A-ns1/svc1/tcp/'));

const INPUTS: [string, string][] = [
  ['nft list ruleset', recorded.nftList],
  ['nft -j list ruleset', JSON.stringify(recorded.nftJson)],
];

for (const [name, dump] of INPUTS) {
  test(`${name}: the chains of kube-proxy's nftables mode are named`, () => {
    const { phases, backends } = explainDump(dump, { to: '172.30.1.1:80' });
    const words = new Set(phases.map(({ purpose }) => purpose));
    assert.ok(words.has('to one of the endpoints of ns1/svc1'), [...words].join('\n'));
    assert.ok(words.has('it comes from no pod: marks the packet for masquerade'));
    assert.ok(words.has('to the endpoint 10.0.1.1:80 of ns1/svc1'));
    assert.deepEqual(
      backends.map(({ share }) => share?.toFixed(3)),
      ['0.333', '0.333', '0.333'],
    );
  });
}
