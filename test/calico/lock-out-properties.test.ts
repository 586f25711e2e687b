import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { addressSets } from '../../src/calico/address-sets.ts';
import { checkedInterfaces } from '../../src/calico/checked-interfaces.ts';
import { type Judge, judgeOf, type Passage } from '../../src/calico/judge.ts';
import { brokenBy } from '../../src/calico/lock-out.ts';
import type { CalicoObjects } from '../../src/calico/read-objects.ts';
import type { EndpointSlice } from '../../src/snapshot/kubernetes.ts';
import { buildService, buildSnapshot, IP } from '../build-snapshot.ts';
import { worlds } from './agent/worlds.ts';
import { CLUSTER, ip, PLACE } from './ask.ts';
import { buildObjects } from './build-objects.ts';
import { withGuard } from './with-guard.ts';

const OTHER = buildService(
  { name: 'other' },
  { externalIPs: ['20.1.0.168'], ports: [{ port: 80 }] },
);
const SLICE: EndpointSlice = {
  metadata: {
    namespace: 'default',
    name: 'other-abcde',
    labels: { 'kubernetes.io/service-name': 'other' },
  },
  addressType: 'IPv4',
  endpoints: [{ addresses: ['192.168.99.39'], nodeName: 'k0' }],
  ports: [{ port: 8080 }],
};
const snapshot = buildSnapshot({
  services: [OTHER],
  endpointSlices: [SLICE],
  ranges: [{ kind: 'pod', cidr: '192.168.99.0/24', owner: 'Node k0' }],
});

/** Addresses and ports at which the rules of the worlds begin and end, and others. */
const address = fc
  .constantFrom(
    ...['20.1.0.160', '20.1.0.165', '20.1.0.64', '20.1.0.127', '20.1.0.128', '20.1.0.201'],
    ...['10.0.0.0', '10.255.255.255', '192.168.99.39', '192.0.2.1', '30.1.0.165', '20.1.0.168'],
  )
  .map(ip);
const port = fc.constantFrom(80, 22, 53, 68, 179, 8080, 8999, 9000, 9050, 9100, 9101, 30080);
const OWN = ip('20.1.0.160');

const packet = (changes: Partial<Passage['packet']>) => ({
  protocol: 6,
  source: OWN,
  sourcePort: null,
  destination: OWN,
  destinationPort: 80,
  ...changes,
});
const protocol = fc.constantFrom(6, 17);

const toNode = fc
  .record({ protocol, source: address, destinationPort: port })
  .map((changes): Passage => ({ direction: 'ingress', through: 'host', packet: packet(changes) }));
const fromNode = fc
  .record({ protocol, destination: address, destinationPort: port })
  .map((changes): Passage => ({ direction: 'egress', through: 'host', packet: packet(changes) }));
const pod = fc.constantFrom('192.168.99.0', '192.168.99.39').map(ip);
const forwarded = fc.oneof(
  fc
    .record({ protocol, source: pod, destination: address, destinationPort: port })
    .map(
      (changes): Passage => ({ direction: 'egress', through: 'forward', packet: packet(changes) }),
    ),
  fc
    .record({ protocol, source: address, destination: pod, destinationPort: port })
    .map(
      (changes): Passage => ({ direction: 'ingress', through: 'forward', packet: packet(changes) }),
    ),
);
const toOther = address.map(
  (source): Passage => ({
    direction: 'ingress',
    through: 'forward',
    packet: packet({ source, destination: ip('20.1.0.168') }),
    after: { destination: ip('192.168.99.39'), port: 8080 },
  }),
);

interface Change {
  before: CalicoObjects;
  after: CalicoObjects;
}

/** A world without a guard and with one, or one world and another. */
const guarding = worlds.map(({ objects }): Change => {
  const before = buildObjects(objects);
  return { before, after: withGuard(snapshot, before, ip(IP)) };
});
const changing = fc.tuple(worlds, worlds).map(
  ([one, other]): Change => ({
    before: buildObjects(one.objects),
    after: buildObjects(other.objects),
  }),
);

const question = {
  covered: [{ node: 'k0', interface: 'ens34' }],
  ip: ip(IP),
  ssh: [],
  apiPort: 6443,
};

function judgeAt(objects: CalicoObjects): Judge {
  return judgeOf(objects, PLACE, addressSets(objects, CLUSTER));
}

/** Those that were let through, on to a pod of k0 where they go to one, and are not any more. */
function lost({ before, after }: Change, passages: readonly Passage[]): Passage[] {
  const [was, is] = [judgeAt(before), judgeAt(after)];
  const pods = judgeOf(before, { ...PLACE, interface: 'cali*' }, addressSets(before, CLUSTER));
  return passages.filter((one) => {
    const leaves = one.after ? pods.judge({ ...one, direction: 'egress' }).outcome : 'allowed';
    const { outcome, stage } = was.judge(one);
    // What is not tracked kube-proxy leads nowhere.
    const isServed = !one.after || (leaves === 'allowed' && stage !== 'untracked');
    return outcome === 'allowed' && isServed && is.judge(one).outcome !== 'allowed';
  });
}

/** What is told, and all that is said of a loss begins so. */
function tells({ before, after }: Change, beginning: string): boolean {
  const told = brokenBy(snapshot, before, after, question);
  return told.some(({ what }) => what.startsWith(beginning));
}

describe('of all endpoints and policies', () => {
  it('where it is proven, no packet comes to something else but for the guarded address', () => {
    let proven = 0;
    fc.assert(
      fc.property(
        fc.oneof({ weight: 3, arbitrary: guarding }, changing),
        fc.array(fc.oneof(toNode, fromNode, forwarded, toOther)),
        (change, passages) => {
          const { before, after } = change;
          const checked = checkedInterfaces(snapshot, before, after, question);
          const place = checked.find((one) => one.interface === 'ens34');
          if (place?.kind !== null) return;
          proven += 1;
          const [was, is] = [judgeAt(before), judgeAt(after)];
          for (const one of passages) {
            assert.equal(is.judge(one).outcome, was.judge(one).outcome);
          }
        },
      ),
    );
    assert.ok(proven > 10, `proven in ${proven} cases alone`);
  });

  const CASES: [string, fc.Arbitrary<Passage>, string][] = [
    ['what the node itself no longer gets is told', toNode, 'what comes to k0 itself by ens34'],
    ['what it no longer sends is told', fromNode, 'what k0 itself sends by ens34'],
    [
      'what pods no longer send and get is told',
      forwarded,
      'what pods on k0 send and get by ens34',
    ],
    ['another Service that is no longer served is told', toOther, 'default/other on 20.1.0.168:80'],
  ];
  for (const [name, passages, beginning] of CASES) {
    it(name, () => {
      let losses = 0;
      fc.assert(
        fc.property(changing, fc.array(passages, { minLength: 3 }), (change, some) => {
          if (lost(change, some).length === 0) return;
          losses += 1;
          assert.ok(tells(change, beginning));
        }),
      );
      assert.ok(losses > 10, `something is lost in ${losses} cases alone`);
    });
  }
});
