import type { ApiObject } from '../../src/snapshot/trim.ts';
import type { Objects } from './agent/ground.ts';
import { ALLOWING, endpoint, guardOf, policy, preDnat } from './build-objects.ts';

/** What is reached with these objects on k0's ens34, as packets showed with Calico's real agent. */
export interface Reachability {
  name: string;
  /** The client's address. */
  client: string;
  objects: Objects;
  /**
   * Y or N each: 20.1.0.167:80, the Service's external IP; port 9000 there, a process of the node; a node
   * port; from the other node on the segment; what the node itself sends out.
   */
  seen: string;
}

const CLIENT = '20.1.0.165';
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

export const REACHABILITY: readonly Reachability[] = CASES.map(
  ([name, { client = CLIENT, endpoints, policies }, seen]) => ({
    name,
    client,
    objects: { hostendpoints: endpoints, globalnetworkpolicies: policies },
    seen,
  }),
);
