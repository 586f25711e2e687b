import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { ApiObject } from '../../src/snapshot/trim.ts';
import { ask, CLIENT, fromHost, ip, packet, toHost, toService } from './ask.ts';
import { ALLOWING, buildObjects, endpoint, guardOf, policy, preDnat } from './build-objects.ts';

const GUARDED = { guarded: 'true' };
const IP = '20.1.0.167';
const OWN_NETS = ['20.1.0.150/32', '20.1.0.160/32', '10.1.0.0/24', '192.168.99.0/24'];

const bare = endpoint('k0-ens34', {}, GUARDED);
const allowing = endpoint('k0-ens34', ALLOWING, GUARDED);
const allowAllOut = policy('out', { order: 10, types: ['Egress'], egress: [{ action: 'Allow' }] });
const allowOwn = preDnat('own', 10, { action: 'Allow', source: { nets: OWN_NETS } });
const allowService = preDnat('service', 100, {
  action: 'Allow',
  protocol: 'TCP',
  destination: { nets: [`${IP}/32`], ports: [80] },
});
const denyAll = preDnat('deny', 110, { action: 'Deny' });

/** What was seen of packets with Calico's agent, the columns in the order of `seen`. */
const CASES: [
  string,
  { client?: string; endpoints: ApiObject[]; policies: ApiObject[] },
  string,
][] = [
  ['no Calico', { endpoints: [], policies: [] }, 'YYYYY'],
  ['bare host endpoint', { endpoints: [bare], policies: [] }, 'YNYNN'],
  ['a policy that allows all egress', { endpoints: [bare], policies: [allowAllOut] }, 'YNYNY'],
  ['the guard', { endpoints: [allowing], policies: guardOf(`${CLIENT}/32`) }, 'YNYYY'],
  [
    'the guard, client outside the permitted CIDRs',
    { client: '20.1.0.77', endpoints: [allowing], policies: guardOf(`${CLIENT}/32`) },
    'NNYYY',
  ],
  [
    'perimeter',
    { endpoints: [bare], policies: [allowAllOut, allowOwn, allowService, denyAll] },
    'YNNYY',
  ],
  [
    'perimeter without the egress policy',
    { endpoints: [bare], policies: [allowOwn, allowService, denyAll] },
    'YNNYN',
  ],
  [
    "perimeter with the allow written on the pod's port",
    {
      endpoints: [bare],
      policies: [
        allowAllOut,
        allowOwn,
        preDnat('service', 100, {
          action: 'Allow',
          protocol: 'TCP',
          destination: { ports: [8080] },
        }),
        denyAll,
      ],
    },
    'NNNYY',
  ],
  [
    'allow written without preDNAT',
    {
      endpoints: [allowing],
      policies: [
        policy('service', {
          order: 100,
          applyOnForward: true,
          ingress: [
            { action: 'Allow', protocol: 'TCP', destination: { nets: [`${IP}/32`], ports: [80] } },
          ],
        }),
      ],
    },
    'NNNNY',
  ],
  [
    'deny ordered before allow',
    {
      endpoints: [allowing],
      policies: [preDnat('deny', 90, { action: 'Deny' }), ...guardOf(`${CLIENT}/32`)],
    },
    'NNNNY',
  ],
];

describe('what is reached through an interface, as it was seen with the real agent', () => {
  for (const [name, { client = CLIENT, endpoints, policies }, seen] of CASES) {
    it(`${name}: ${seen}`, () => {
      const objects = buildObjects({ hostendpoints: endpoints, globalnetworkpolicies: policies });
      const reached = [
        // The Service's external IP and port.
        toService(client),
        // A process of the node on the same address.
        toHost(9000, { source: ip(client), destination: ip(IP) }),
        // A node port.
        {
          ...toService(client),
          packet: packet({
            source: ip(client),
            destination: ip('20.1.0.160'),
            destinationPort: 30080,
          }),
        },
        // The other node on the same segment.
        toHost(10250, { source: ip('20.1.0.150') }),
        // The node's own way out.
        fromHost('20.1.0.165', 8000),
      ].map((passage) => (ask(objects, passage).outcome === 'allowed' ? 'Y' : 'N'));
      assert.equal(reached.join(''), seen);
    });
  }
});
