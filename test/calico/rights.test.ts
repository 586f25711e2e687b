import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { afterChanges } from '../../src/calico/after-changes.ts';
import type { CalicoChange } from '../../src/calico/change.ts';
import { nameOfRight, rightsFor } from '../../src/calico/rights.ts';
import { undoOf } from '../../src/calico/undo-of.ts';
import { buildObjects } from './build-objects.ts';

const NOTHING = buildObjects();
const common = { labels: { 'extip.dev/owner': 'guard' }, annotations: {} };
const PUT: CalicoChange[] = [
  {
    type: 'put',
    object: { kind: 'GlobalNetworkPolicy', name: 'extip-deny', ...common, spec: {} },
  },
  {
    type: 'put',
    object: { kind: 'HostEndpoint', name: 'k0-ens34', ...common, spec: { node: 'k0' } },
  },
];
const THERE = afterChanges(NOTHING, PUT);
const DELETE: CalicoChange[] = [
  { type: 'delete', kind: 'HostEndpoint', name: 'k0-ens34' },
  { type: 'delete', kind: 'GlobalNetworkPolicy', name: 'extip-deny' },
];
const MARK: CalicoChange[] = [{ type: 'mark', name: 'theirs', ips: ['20.1.0.167'] }];

const policies = (verb: string) => [
  `${verb} globalnetworkpolicies`,
  `${verb} tier.globalnetworkpolicies default.*`,
  'get tiers default',
];

describe('the rights that are needed', () => {
  const CASES = [
    ['to make what is not there', NOTHING, PUT, [...policies('create'), 'create hostendpoints']],
    ['to change what is there', THERE, PUT, [...policies('update'), 'update hostendpoints']],
    ['to delete', THERE, DELETE, ['delete hostendpoints', ...policies('delete')]],
    ['to mark somebody else’s endpoint', NOTHING, MARK, ['patch hostendpoints']],
  ] as const;
  for (const [what, objects, changes, expected] of CASES) {
    it(what, () => assert.deepEqual(rightsFor(objects, changes).map(nameOfRight), expected));
  }

  it('to take back what is made anew are those to delete it', () => {
    const undo = PUT.map((change) => undoOf(NOTHING, change));
    assert.deepEqual(rightsFor(THERE, undo).map(nameOfRight), [
      ...policies('delete'),
      'delete hostendpoints',
    ]);
  });
});
