import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type KernelService, serviceInKernel } from '../../src/explain/service-in-kernel.ts';
import type { Target } from '../../src/explain/targets.ts';
import { parseIp } from '../../src/net/ip.ts';
import { readSave } from '../../src/net/netfilter/iptables/read-save.ts';
import { readNftJson, readNftText } from '../../src/net/netfilter/nft/read-nft.ts';
import { buildService } from '../build-snapshot.ts';
import { referenceJson, referenceText } from '../net/reference/files.ts';

function target(
  ip: string,
  port: number,
  metadata: { namespace: string; name: string },
  portName = '',
): Target {
  const address = parseIp(ip);
  assert.ok(address);
  const service = buildService(metadata);
  const { family } = address;
  return { kind: 'outside', ip: address, family, port, protocol: 'tcp', service, portName };
}

const S1 = { namespace: 'default', name: 'nginx' };
const NS1 = { namespace: 'ns1', name: 'svc1' };
const save = readSave(referenceText('scenarios', 's1-kubernetes-1.8.iptables-save')).tables;
const listing = JSON.stringify(
  referenceJson('kube-proxy', 'nftables-1.30', 'TestInternalExternalMasquerade__base.json').nftJson,
);
const nft = readNftJson(listing).tables;

const SERVED: KernelService = {
  state: 'served',
  endpoints: ['172.17.0.3:80', '172.17.0.4:80', '172.17.0.8:80'],
};

test('iptables mode, of the oldest release', () => {
  assert.deepEqual(serviceInKernel(target('10.22.0.0', 80, S1), save, null), SERVED);
  assert.equal(serviceInKernel(target('10.22.0.0', 81, S1), save, null)?.state, 'absent');
  assert.equal(serviceInKernel(target('10.22.0.1', 80, S1), save, null)?.state, 'absent');
});

test('nftables mode', () => {
  assert.deepEqual(serviceInKernel(target('1.2.3.4', 80, NS1, 'p80'), nft, listing), {
    state: 'served',
    endpoints: ['10.180.0.1:80', '10.180.1.1:80'],
  });
  assert.equal(serviceInKernel(target('1.2.3.5', 80, NS1, 'p80'), nft, listing)?.state, 'absent');
});

test('nftables mode of newer releases, which translates in the chain of the Service', () => {
  const text = `table ip kube-proxy {
  chain service-ULMVA6XW-ns1/svc1/tcp/p80 {
    meta l4proto tcp dnat ip to numgen random mod 2 map { 0 : 10.180.0.1 . 8080, 1 : 10.180.1.1 . 9090 }
  }
}
`;
  const { tables } = readNftText(text);
  const found = serviceInKernel(target('1.2.3.4', 80, NS1, 'p80'), tables, listing);
  assert.deepEqual(found?.endpoints, ['10.180.0.1:8080', '10.180.1.1:9090']);
});

test('no rules of kube-proxy: not known', () => {
  assert.equal(serviceInKernel(target('10.22.0.0', 80, S1), [], null), null);
});

test('nftables mode of two families: each has its own endpoints', () => {
  const chain = (family: string, endpoint: string) => `table ${family} kube-proxy {
  chain service-ULMVA6XW-ns1/svc1/tcp/p80 {
    meta l4proto tcp dnat ${family} to numgen random mod 1 map { 0 : ${endpoint} . 8080 }
  }
}
`;
  const { tables } = readNftText(`${chain('ip', '10.180.0.1')}${chain('ip6', '2001:db8:1::1')}`);
  const six = target('2001:db8::4', 80, NS1, 'p80');
  assert.deepEqual(serviceInKernel(six, tables, listing)?.endpoints, ['[2001:db8:1::1]:8080']);
  const four = target('1.2.3.4', 80, NS1, 'p80');
  assert.deepEqual(serviceInKernel(four, tables, listing)?.endpoints, ['10.180.0.1:8080']);
});
