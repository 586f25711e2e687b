import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readSave } from '../../../../src/net/netfilter/iptables/read-save.ts';
import { summarize } from '../../../../src/net/netfilter/walk/summary.ts';
import { walk } from '../../../../src/net/netfilter/walk.ts';
import { asked } from './ask.ts';
import { node } from './nodes.ts';

const { tables } = readSave(
  `*nat
-A PREROUTING -d 10.96.0.1/32 -p tcp -j DNAT --to-destination 10.244.0.8
COMMIT
*filter
-A FORWARD -m physdev --physdev-is-bridged -j DROP
COMMIT
`,
  { family: 4 },
);

/** From a pod of the bridge cni0, whose ports hand their packets to netfilter. */
function verdict(to: string): string {
  const { origin, packet } = asked(`pod 10.244.0.7 ${to} cni0`);
  const routes = [
    'local 10.244.0.1/32 dev cni0 table local',
    '10.244.0.0/24 dev cni0',
    '10.245.0.0/24 dev eth1',
  ];
  const from = { origin, packet: { ...packet, physicalIn: 'veth7' } };
  const { verdict, open } = summarize(walk(from, tables, node({ routes })));
  return [verdict.outcome, ...open.map(({ text }) => text)].join('; ');
}

// Linux 6.18 with bridge-nf-call-iptables: by DNAT it is bridged, by its MAC address it may be.
test('from a pod by a Service to another pod of its bridge the packet may be bridged', () => {
  const open = 'undetermined; the packet leaves on the bridge port (any)';
  assert.equal(verdict('10.96.0.1:80'), open);
  assert.equal(verdict('10.244.0.9:80'), open);
});

test('out by another interface it is not', () => {
  assert.equal(verdict('10.245.0.9:80'), 'forwarded');
});
