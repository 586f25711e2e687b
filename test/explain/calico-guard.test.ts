import assert from 'node:assert/strict';
import { test } from 'node:test';
import { referenceText } from '../net/reference/files.ts';
import { explainDump } from './explain-dump.ts';

function explainGuard(from: string) {
  const dump = referenceText('calico/agent-3.28', 'guard-k0.iptables-save');
  const ipsets = referenceText('calico/agent-3.28', 'guard-k0.ipset');
  const local = ['20.1.0.160', '20.1.0.167'];
  return explainDump(dump, { to: '20.1.0.167:80', from, local, inInterface: 'ens34' }, ipsets);
}

test('a source that the guard does not let in is dropped by its policy', () => {
  const { verdict, phases } = explainGuard('20.1.0.65');
  assert.equal(verdict.outcome, 'dropped');
  assert.match(verdict.rule?.rule ?? '', /-d 20\.1\.0\.167\/32 .*-j DROP$/);
  const words = phases.map(({ purpose }) => purpose);
  assert.ok(words.includes('Calico: what comes in by the host endpoint ens34'), words.join('\n'));
  assert.equal(words.at(-1), 'the policy default.extip-deny-20.1.0.167 denies it');
});

test('a source that it lets in is allowed by its policy, and goes on to the Service', () => {
  const { phases, backends } = explainGuard('20.1.0.165');
  const words = phases.map(({ purpose }) => purpose);
  const allowed = words.indexOf('the policy default.extip-allow-20.1.0.167 allows it');
  const service = words.indexOf(
    'the external IP of default/svc-test-1: from outside to default/svc-test-1',
  );
  assert.ok(allowed >= 0 && service > allowed, words.join('\n'));
  assert.deepEqual(
    backends.map(({ address }) => address),
    ['192.168.99.39', '192.168.99.40'],
  );
});
