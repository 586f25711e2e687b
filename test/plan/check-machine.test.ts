import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkMachine, type Identity } from '../../src/plan/check-machine.ts';
import type { NodeFacts } from '../../src/snapshot/model.ts';
import { buildNode, buildNodeState, buildSnapshot } from '../build-snapshot.ts';

/** k0 reached, as the machine that these facts are of. */
function check(
  facts: Partial<NodeFacts>,
  identity?: Identity,
  nodes = [buildNode('k0'), buildNode('k2')],
) {
  return checkMachine(buildSnapshot({ nodes }, [buildNodeState('k0', facts)]), 'k0', identity);
}

const foreign = buildNodeState('k2').facts as NodeFacts;
const elsewhere = { interfaces: foreign.interfaces };

test('the machine is the node when its address and its machine-id are the Node’s', () => {
  assert.equal(check({}), null);
});

const WRONG: [what: string, facts: Partial<NodeFacts>, message: RegExp][] = [
  ['another machine-id', { machineId: 'x' }, /its machine-id is x, the Node's is machine-k0$/],
  ['no machine-id', { machineId: null }, /its machine-id is missing/],
  ['other addresses', elsewhere, /the Node's InternalIP 10\.1\.0\.180 is not on it$/],
  [
    'another machine',
    foreign,
    /InternalIP 10\.1\.0\.180 is not on it; its machine-id is machine-k2/,
  ],
];

for (const [what, facts, message] of WRONG) {
  test(`it may be another machine: ${what}`, () => {
    const refusal = check(facts);
    assert.equal(refusal?.force, 'machine');
    assert.match(refusal?.message ?? '', message);
    assert.match(
      refusal?.message ?? '',
      /^this may not be k0 \(reached as k0 \(Host k0 in the ssh configuration\), it calls itself k/,
    );
  });
}

test('the configuration may say that one of the two is enough', () => {
  assert.equal(check({ machineId: 'x' }, 'address'), null);
  assert.equal(check(elsewhere, 'machine-id'), null);
  assert.match(check(elsewhere, 'address')?.message ?? '', /InternalIP/);
  assert.match(check({ machineId: 'x' }, 'machine-id')?.message ?? '', /machine-id/);
});

test('a machine-id that several Nodes report proves nothing', () => {
  const clones = [buildNode('k0', 'cloned'), buildNode('k2', 'cloned')];
  const facts = { machineId: 'cloned' };
  const message = /its machine-id proves nothing, k0, k2 report the same$/;
  assert.match(check(facts, 'both', clones)?.message ?? '', message);
  assert.match(check(facts, 'machine-id', clones)?.message ?? '', message);
  assert.equal(check(facts, 'address', clones), null);
});

test('a Node that says nothing of itself is not taken for any machine', () => {
  const nodes = [{ metadata: { name: 'k0' } }];
  assert.match(
    check({}, 'both', nodes)?.message ?? '',
    /the Node has no InternalIP; the Node reports no machine-id$/,
  );
});
