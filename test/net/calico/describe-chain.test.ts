import assert from 'node:assert/strict';
import { test } from 'node:test';
import { chainName, policyChainNames } from '../../../src/net/calico/chain-name.ts';
import { calicoChain, type KnownPolicy } from '../../../src/net/calico/describe-chain.ts';
import { readSave } from '../../../src/net/netfilter/iptables/read-save.ts';
import { readNftText } from '../../../src/net/netfilter/nft/read-nft.ts';
import { referenceText } from '../reference/files.ts';

const { tables } = readSave(referenceText('calico/agent-3.28', 'guard-k0.iptables-save'));

function described(name: string, policies: KnownPolicy[] = []): string {
  const chain = tables.find((table) => table.chain(name))?.chain(name) ?? emptyChain(name);
  return describe(calicoChain(chain, policies));
}

function describe(chain: ReturnType<typeof calicoChain>): string {
  if (!chain) return 'not of Calico';
  const { kind, owner } = chain;
  return owner ? `${kind} ${owner.type} ${owner.name}` : kind;
}

function emptyChain(name: string) {
  return { name, size: 0, rule: () => assert.fail('it has no rules') };
}

const CASES: [chain: string, expected: string][] = [
  ['cali-PREROUTING', 'PREROUTING'],
  ['cali-FORWARD', 'FORWARD'],
  ['cali-from-host-endpoint', 'from-host-endpoint'],
  ['cali-to-wl-dispatch', 'to-wl-dispatch'],
  ['cali-from-hep-forward', 'from-hep-forward'],
  ['cali-fh-ens34', 'fh endpoint ens34'],
  ['cali-thfw-ens34', 'thfw endpoint ens34'],
  ['cali-tw-cali123abc', 'tw endpoint cali123abc'],
  ['cali-gi-HiDgikEY6bJ5-gtDSq4W', 'gi'],
  // By the comment of the first rule.
  ['cali-pi-_frsWcaIsQP0E5S3Z25G', 'pi policy default.extip-allow-20.1.0.167'],
  ['cali-pi-__lT9ghHzJz9E8QKWJtx', 'pi policy default.extip-deny-20.1.0.167'],
  ['cali-pri-_TI1Jm4dJqQzYb0Rx3u', 'pri profile projectcalico-default-allow'],
  ['cali-pri-kns.default', 'pri profile kns.default'],
  ['KUBE-SERVICES', 'not of Calico'],
];

for (const [name, expected] of CASES) test(name, () => assert.equal(described(name), expected));

const POLICY = 'default.extip-allow-20.1.0.167';

test('a known policy is found by the hash of its name, in each form of the suffix', () => {
  const names = policyChainNames('ingress', { name: POLICY });
  assert.equal(names[0], 'cali-pi-_frsWcaIsQP0E5S3Z25G', 'as the agent of 3.28 named it');
  assert.equal(new Set(names).size, 3);
  for (const name of names) {
    const found = calicoChain(emptyChain(name), [{ name: 'other' }, { name: POLICY }]);
    assert.equal(describe(found), `pi policy ${POLICY}`);
  }
  assert.equal(describe(calicoChain(emptyChain('cali-pi-_unknown'))), 'pi');
});

test('a name that fits is not hashed', () => {
  assert.equal(chainName('cali-pi-', 'gnp/allow'), 'cali-pi-gnp/allow');
  assert.equal(
    chainName('cali-pri-', 'projectcalico-default-allow'),
    'cali-pri-_TI1Jm4dJqQzYb0Rx3u',
  );
});

test("in nftables mode the table's name stands before the chain's", () => {
  const listing = readNftText(referenceText('calico', 'felix-3.32-nft-list.txt'));
  const chain = listing.tables[0]?.chain('filter-cali-to-wl-dispatch');
  assert.ok(chain);
  assert.equal(describe(calicoChain(chain)), 'to-wl-dispatch');
});
