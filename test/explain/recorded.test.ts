import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Chalk } from 'chalk';
import { UsageError } from '../../src/errors.ts';
import type { ExplainFlags } from '../../src/explain/request.ts';
import { explanationText } from '../../src/output/explanation-text.ts';
import { referenceFiles, referenceJson, referenceText } from '../net/reference/files.ts';
import { explainDump, explanationOf } from './explain-dump.ts';

const colors = new Chalk({ level: 0 });

/** Every phase is told, and the text has no hole. */
function checkTold(name: string, dump: string, flags: Partial<ExplainFlags> & { to: string }) {
  const flow = explainDump(dump, flags);
  for (const { purpose, rule } of flow.phases) assert.notEqual(purpose, '', `${name}: ${rule}`);
  for (const all of [false, true]) {
    const text = explanationText(explanationOf(flow), { all, colors });
    assert.doesNotMatch(text, /\b(undefined|null|NaN)\b/, name);
  }
}

for (const folder of ['iptables-1.28', 'iptables-1.24', 'iptables-1.20', 'nftables-1.30']) {
  test(`kube-proxy ${folder}: each rule that a recorded flow meets is told in words`, () => {
    let flows = 0;
    for (const file of referenceFiles(`kube-proxy/${folder}`, '.json')) {
      const recorded = referenceJson('kube-proxy', folder, file);
      for (const { destIP, destPort, sourceIP, protocol } of recorded.flows) {
        const host = destIP.includes(':') ? `[${destIP}]` : destIP;
        checkTold(file, recorded.nftList ?? recorded.iptablesSave, {
          to: `${host}:${destPort}`,
          from: sourceIP,
          protocol,
          local: [...recorded.nodeIPs, ...recorded.alwaysLocalIPs],
        });
        flows++;
      }
    }
    assert.ok(flows > 30, `${flows} flows`);
  });
}

test('every dump from the field is explained, or refused with its reason', () => {
  const files = ['.iptables-save', '.nft'].flatMap((ending) => referenceFiles('field', ending));
  let explained = 0;
  for (const file of files) {
    try {
      checkTold(file, referenceText('field', file), { to: '10.96.0.1:443' });
      explained++;
    } catch (error) {
      assert.ok(error instanceof UsageError, String(error));
    }
  }
  assert.ok(explained > files.length / 2, `${explained} of ${files.length}`);
});
