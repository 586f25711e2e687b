import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import * as fc from 'fast-check';
import { endpointName, policyNames } from '../../src/calico/guard-names.ts';
import { isName } from '../../src/snapshot/names.ts';
import { ip } from './ask.ts';

describe('the names of what a guard consists of', () => {
  it('policies: the address with dashes, of IPv6 its 32 digits', () => {
    assert.deepEqual(policyNames(ip('20.1.0.167')), {
      allow: 'extip-allow-20-1-0-167',
      deny: 'extip-deny-20-1-0-167',
    });
    assert.equal(
      policyNames(ip('2001:db8::167')).allow,
      'extip-allow-20010db8000000000000000000000167',
    );
  });

  const ENDPOINTS: [node: string, interfaceName: string, name: RegExp][] = [
    ['k0', 'ens34', /^k0-ens34$/],
    ['k0.example.org', 'bond0.100', /^k0\.example\.org-bond0\.100$/],
    ['k0', 'Ens34', /^k0-ens34-[0-9a-f]{6}$/],
    ['k0', 'br_lan', /^k0-br-lan-[0-9a-f]{6}$/],
    ['k0', 'eth0.', /^k0-eth0-[0-9a-f]{6}$/],
    ['k0', '.x', /^k0-x-[0-9a-f]{6}$/],
    ['k0', '..', /^k0-[0-9a-f]{6}$/],
  ];
  for (const [node, interfaceName, expected] of ENDPOINTS) {
    it(`the endpoint of ${interfaceName} on ${node}`, () =>
      assert.match(endpointName(node, interfaceName), expected));
  }

  it('are names that Kubernetes takes, and no two interfaces have the same', () => {
    const name = fc.stringMatching(/^[a-z0-9]([-.]?[a-z0-9]){0,4}$/);
    const link = fc.stringMatching(/^[!-.0-9;-~]{1,15}$/);
    fc.assert(
      fc.property(name, link, link, (node, one, other) => {
        assert.ok(isName(endpointName(node, one)), endpointName(node, one));
        assert.equal(endpointName(node, one) === endpointName(node, other), one === other);
      }),
      { numRuns: 500 },
    );
  });
});
