import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { readNftText } from '../../../../src/net/netfilter/nft/read-nft.ts';
import { UNKNOWN_NODE, VARIOUS } from './packets.ts';
import { assertSameTables, chainNames, rules } from './same-tables.ts';

const reference = join(import.meta.dirname, '../../../../../shared/reference');
const kubeProxy = join(reference, 'kube-proxy/nftables-1.30');

for (const file of readdirSync(kubeProxy)) {
  test(`kube-proxy's rules read the same as text and as JSON: ${file}`, () => {
    const { nftList, nftJson } = JSON.parse(readFileSync(join(kubeProxy, file), 'utf8'));
    const count = assertSameTables(
      nftList,
      typeof nftJson === 'string' ? nftJson : JSON.stringify(nftJson),
    );
    assert.ok(count > 10, `${count} rules`);
  });
}

const listings = [
  ...readdirSync(join(reference, 'field'))
    .filter((name) => name.endsWith('.nft'))
    .map((name) => `field/${name}`),
  'calico/felix-3.32-nft-list.txt',
];
for (const file of listings) {
  test(`every rule of ${file} is read, and answers`, () => {
    const text = readFileSync(join(reference, file), 'utf8');
    const { tables, problems } = readNftText(text);
    assert.deepEqual(problems, []);
    const found = tables.flatMap((table) => chainNames(text).flatMap((name) => rules(table, name)));
    assert.ok(found.length >= ruleLines(text), `${found.length} rules`);
    for (const { text, steps } of found) {
      assert.doesNotMatch(text, /counter packets/);
      for (const packet of VARIOUS) for (const step of steps) step(packet, UNKNOWN_NODE);
    }
  });
}

// Where nft prints a rule: one level deeper than the head of its chain.
function ruleLines(text: string): number {
  const chains = text.match(/^\tchain [\s\S]*?^\t\}/gm) ?? [];
  return chains.flatMap((chain) => chain.match(/^\t\t(?!type |\t|\}).+/gm) ?? []).length;
}
