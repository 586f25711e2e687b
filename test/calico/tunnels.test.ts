import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { CalicoResource } from '../../src/calico/objects.ts';
import type { ApiObject } from '../../src/snapshot/trim.ts';
import { ask, ip, packet } from './ask.ts';
import { buildObjects, endpoint, object, policy, preDnat } from './build-objects.ts';

/** Which way a packet goes, and who is at its other end: a node, or somebody else. */
type Way = 'in from a node' | 'in from others' | 'out to a node' | 'out to others';

const IPIP = { protocol: 4, destinationPort: null };
const VXLAN = { protocol: 17, destinationPort: 4789 };
const WIREGUARD = { protocol: 17, destinationPort: 51_820 };

const pool = (spec: object) => ({ ippools: [object('pool', { cidr: '192.168.0.0/16', ...spec })] });
const felix = (spec: object) => ({ felixconfigurations: [object('default', { ...spec })] });
const CLOSED = { hostendpoints: [endpoint('closed')] };

/** What becomes of the packet at k0's ens34, the addresses as far as they are given those of the way. */
function fate(
  lists: Partial<Record<CalicoResource, ApiObject[]>>,
  way: Way,
  { protocol, destinationPort }: { protocol: number; destinationPort: number | null },
  unread: Partial<Record<CalicoResource, string>> = {},
): string {
  const own = ip('20.1.0.160');
  const other = ip(way.endsWith('a node') ? '20.1.0.150' : '20.1.0.77');
  const isIn = way.startsWith('in');
  const [source, destination] = isIn ? [other, own] : [own, other];
  const { outcome } = ask(buildObjects(lists, unread), {
    direction: isIn ? 'ingress' : 'egress',
    through: 'host',
    packet: packet({ protocol, source, destination, destinationPort }),
  });
  return outcome;
}

describe('what nodes send each other in tunnels', () => {
  const on = felix({ ipipEnabled: true, vxlanEnabled: true, wireguardEnabled: true });
  const CASES: [
    string,
    object,
    Way,
    { protocol: number; destinationPort: number | null },
    string,
  ][] = [
    ['IPIP past a closed endpoint', { ...CLOSED, ...on }, 'in from a node', IPIP, 'allowed'],
    ['IPIP of others, closed or not', on, 'in from others', IPIP, 'denied'],
    ['IPIP out of a closed endpoint', { ...CLOSED, ...on }, 'out to a node', IPIP, 'allowed'],
    ['IPIP out to others', { ...CLOSED, ...on }, 'out to others', IPIP, 'denied'],
    ['IPIP out to others by an open interface', on, 'out to others', IPIP, 'allowed'],
    ['VXLAN past a closed endpoint', { ...CLOSED, ...on }, 'in from a node', VXLAN, 'allowed'],
    ['VXLAN of others', on, 'in from others', VXLAN, 'denied'],
    ['WireGuard, whoever sends it', { ...CLOSED, ...on }, 'in from others', WIREGUARD, 'allowed'],
    ['where there is none', CLOSED, 'in from a node', IPIP, 'denied'],
    ['where there is none, of others', {}, 'in from others', VXLAN, 'allowed'],
    [
      'where a pool of addresses needs it',
      { ...CLOSED, ...pool({ ipipMode: 'CrossSubnet' }) },
      'in from a node',
      IPIP,
      'allowed',
    ],
    [
      'where no pool does',
      { ...CLOSED, ...pool({ ipipMode: 'Never', vxlanMode: 'Always' }) },
      'in from a node',
      IPIP,
      'denied',
    ],
    [
      'of IPv4 where a pool of IPv6 needs it',
      { ...CLOSED, ...pool({ cidr: '2001:db8::/64', vxlanMode: 'Always' }) },
      'in from a node',
      VXLAN,
      'denied',
    ],
    [
      'where the configuration says no, a pool or not',
      { ...CLOSED, ...felix({ ipipEnabled: false }), ...pool({ ipipMode: 'Always' }) },
      'in from a node',
      IPIP,
      'denied',
    ],
    [
      'by another port',
      { ...CLOSED, ...felix({ vxlanEnabled: true, vxlanPort: 8472 }) },
      'in from a node',
      VXLAN,
      'denied',
    ],
    [
      'with hosts outside the cluster',
      { ...CLOSED, ...felix({ ipipEnabled: true, externalNodesList: ['20.1.0.64/26'] }) },
      'in from others',
      IPIP,
      'allowed',
    ],
    [
      'before the policies for the node itself',
      {
        ...on,
        hostendpoints: [endpoint('e', {}, { guarded: 'true' })],
        globalnetworkpolicies: [policy('deny', { ingress: [{ action: 'Deny' }] })],
      },
      'in from a node',
      IPIP,
      'allowed',
    ],
    [
      'after those that see a packet first',
      {
        ...on,
        hostendpoints: [endpoint('e', {}, { guarded: 'true' })],
        globalnetworkpolicies: [preDnat('deny', 1, { action: 'Deny' })],
      },
      'in from a node',
      IPIP,
      'denied',
    ],
  ];
  for (const [what, lists, way, sent, expected] of CASES) {
    it(`${what}, ${way}: ${expected}`, () => assert.equal(fate(lists, way, sent), expected));
  }

  it('is not known where the pools are not, and it matters', () => {
    const unread = { ippools: 'forbidden' };
    assert.equal(fate(CLOSED, 'in from a node', IPIP, unread), 'unknown');
    assert.equal(fate({}, 'in from a node', IPIP, unread), 'allowed');
    const said = { ...CLOSED, ...felix({ ipipEnabled: true }) };
    assert.equal(fate(said, 'in from a node', IPIP, unread), 'allowed');
  });
});
