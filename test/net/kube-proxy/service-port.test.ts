import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  chainHashes,
  nftablesHash,
  readServicePort,
  servicePortText,
} from '../../../src/net/kube-proxy/service-port.ts';

const HASHES: [service: string, endpoint: string, hash: string][] = [
  ['ns1/svc1:p80', '', 'XPGD46QRK7WJZT7O'],
  ['ns1/svc1:p80', '10.180.0.1:80', 'SXIVWICOYRO3J4NJ'],
  ['default/kubernetes:https', '', 'NPX46M4PTMTKRN6Y'],
  // As the tutorials of 2018 print them: a port without a name, Kubernetes 1.8.
  ['default/nginx', '', '4N57TFCL4MD7ZTDA'],
  ['default/nginx', '172.17.0.3:80', 'RETR7JMLNGKOJSQK'],
];

for (const [service, endpoint, hash] of HASHES) {
  test(`${service} ${endpoint} has the chain ${hash}`, () => {
    const port = readServicePort(service, 'tcp');
    assert.ok(port);
    assert.ok(chainHashes(port, endpoint).includes(hash));
  });
}

test('of a port without a name there are two hashes, of others one', () => {
  const service = { namespace: 'default', name: 'nginx', protocol: 'tcp' };
  assert.equal(chainHashes({ ...service, port: '' }).length, 2);
  assert.equal(chainHashes({ ...service, port: 'http' }).length, 1);
});

test('nftables mode hashes another string', () => {
  assert.equal(nftablesHash('ns1/svc1/tcp/p80'), 'ULMVA6XW');
});

const COMMENTS: [comment: string, service: string | null][] = [
  ['default/nginx:', 'default/nginx'],
  ['default/nginx: external IP', 'default/nginx'],
  ['ns1/svc1:p80 cluster IP', 'ns1/svc1:p80'],
  ['ns1/svc1:p80 -> 10.180.0.1:80', 'ns1/svc1:p80'],
  ['masquerade traffic for ns1/svc1:p80 external destinations', 'ns1/svc1:p80'],
  ['ns1/svc1:p80 has no endpoints', 'ns1/svc1:p80'],
  ['kubernetes service portals', null],
  ['kubernetes service nodeports; NOTE: this must be the last rule in this chain', null],
  ['', null],
];

test('a comment names the Service and the port', () => {
  for (const [comment, expected] of COMMENTS) {
    const port = readServicePort(comment, null);
    assert.equal(port && servicePortText(port), expected, comment);
  }
});
