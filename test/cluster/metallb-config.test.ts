import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseMetalLbConfig } from '../../src/cluster/metallb-config.ts';

test("the pools of MetalLB's old ConfigMap", () => {
  const text = `
peers:
- peer-address: 10.0.0.1
  password: hunter2
address-pools:
- name: default
  protocol: layer2
  addresses:
  - 192.168.1.240-192.168.1.250
  - 10.9.0.0/24
- name: second
  protocol: bgp
  addresses: []
`;
  assert.deepEqual(parseMetalLbConfig(text), [
    {
      name: 'default',
      protocol: 'layer2',
      addresses: ['192.168.1.240-192.168.1.250', '10.9.0.0/24'],
    },
    { name: 'second', protocol: 'bgp', addresses: [] },
  ]);
});

test('no pools', () => {
  assert.deepEqual(parseMetalLbConfig(''), []);
  assert.deepEqual(parseMetalLbConfig('address-pools:'), []);
});

test('what does not parse is told by its place, never by its text', () => {
  const cases: [text: string, problem: RegExp][] = [
    ['peers:\n- password: "hunter2\n  a: b: c', /^line \d+, column \d+: not valid YAML$/],
    ['address-pools: hunter2', /^address-pools: /],
    ['address-pools:\n- name: a\n  addresses: [[hunter2]]', /^address-pools\.0\.addresses\.0: /],
    ['hunter2', /./],
  ];
  for (const [text, expected] of cases) {
    const result = parseMetalLbConfig(text);
    assert.ok('problem' in result);
    assert.match(result.problem, expected);
    assert.doesNotMatch(result.problem, /hunter2/);
  }
});
