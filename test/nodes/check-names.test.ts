import assert from 'node:assert/strict';
import { test } from 'node:test';
import { nameChecker } from '../../src/nodes/check-names.ts';
import { buildNode } from '../build-snapshot.ts';

const nodes = [buildNode('k0'), buildNode('k2')];

test('--ssh for a node that the cluster does not have is wrong usage', () => {
  const check = (name: string) =>
    nameChecker({ ssh: { [name]: 'admin@h' }, config: {} }, assert.fail)(nodes);
  check('k0');
  const usage = { name: 'UsageError', reason: 'node-not-found' };
  assert.throws(() => check('K0'), {
    ...usage,
    message: '--ssh: the cluster has no node K0',
    help: 'did you mean k0?',
  });
  assert.throws(() => check('worker'), { ...usage, help: 'its nodes: k0, k2' });
});

test('a node of the configuration that the cluster does not have is warned of, once', () => {
  const warnings: string[] = [];
  const config = { k0: { ssh: 'a@h' }, k3: { ssh: 'b@h' }, gone: { local: true as const } };
  const check = nameChecker({ ssh: {}, config }, (text) => warnings.push(text));
  check(nodes);
  check(nodes);
  assert.deepEqual(warnings, [
    'configuration: nodes.k3: the cluster has no node of this name; did you mean k0?',
    'configuration: nodes.gone: the cluster has no node of this name',
  ]);
});
