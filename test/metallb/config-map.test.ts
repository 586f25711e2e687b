import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { readOldConfig } from '../../src/metallb/config-map.ts';

const GOOD = `
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
  auto-assign: false
  avoid-buggy-ips: true
  addresses: [10.8.0.0/16]
`;

it("the pools of MetalLB's old ConfigMap", () => {
  assert.deepEqual(readOldConfig(GOOD), {
    pools: [
      {
        name: 'default',
        protocol: 'layer2',
        addresses: ['192.168.1.240-192.168.1.250', '10.9.0.0/24'],
        autoAssign: true,
        avoidBuggyIPs: false,
      },
      {
        name: 'second',
        protocol: 'bgp',
        addresses: ['10.8.0.0/16'],
        autoAssign: false,
        avoidBuggyIPs: true,
      },
    ],
    faults: [],
  });
});

it('no pools', () => {
  for (const text of ['', 'address-pools:', 'peers: []']) {
    assert.deepEqual(readOldConfig(text), { pools: [], faults: [] });
  }
});

describe('what MetalLB does not take is told by its place, never by its text', () => {
  const pool = (...lines: string[]) => ['address-pools:', ...lines].join('\n');
  const cases: [text: string, place: string, message: RegExp][] = [
    [
      'address-pools:\n- name: default\n  protocol: layer2 addresses: a',
      '3:13',
      /second `key: value`/,
    ],
    ['address-pools:\n- name: a\n\tprotocol: layer2', '3:1', /tab/],
    ['peers:\n- password: "hunter2\n  a: b: c', '3:10', /missing/],
    ['address-pools: hunter2', '1:16', /not a list$/],
    ['hunter2', '1:1', /not a list of keys/],
    [pool('- protocol: layer2', '  addresses: [10.0.0.0/24]'), '2:3', /no name/],
    [pool('- name: a', '  addresses: [10.0.0.0/24]'), '2:3', /no protocol/],
    [pool('- name: a', '  protocol: hunter2', '  addresses: [10.0.0.0/24]'), '3:13', /neither/],
    [pool('- name: a', '  protocol: bgp'), '2:3', /no addresses/],
    [pool('- name: a', '  protocol: bgp', '  addresses: [10.0.0.1]'), '4:15', /not a range/],
    [pool('- name: a', '  protocol: bgp', '  addresses:', '  - [hunter2]'), '5:5', /not a range/],
    [
      pool(
        '- {name: a, protocol: bgp, addresses: [10.0.0.0/24]}',
        '- {name: a, protocol: bgp, addresses: [10.1.0.0/24]}',
      ),
      '3:10',
      /two pools a$/,
    ],
  ];
  for (const [text, place, message] of cases) {
    it(`${place} ${message.source}`, () => {
      const { faults } = readOldConfig(text);
      const [first] = faults;
      assert.ok(first);
      assert.match(first.message, message);
      assert.equal(`${first.line}:${first.column}`, place);
      assert.doesNotMatch(JSON.stringify(faults), /hunter2/);
    });
  }
});
