import type { GridCase } from '../grid-case.ts';

export const calico: readonly GridCase[] = [
  {
    what: 'an assigned external IP with a guard',
    snapshot: 's2-guarded',
    finds: [],
  },
  {
    what: 'a host endpoint with neither a profile nor a policy',
    snapshot: 's2-bare-endpoint',
    finds: ['EXT501 hostendpoint/k2-ext'],
    tells: ['EXT502 hostendpoint/k2-ext'],
  },
  {
    what: 'two host endpoints for ens34 of k2, by its name and by its address',
    snapshot: 's2-two-endpoints',
    finds: ['EXT503 hostendpoint/k2-other'],
  },
  {
    what: 'a policy with preDNAT allows some clients, and none denies',
    snapshot: 's2-allow-without-deny',
    finds: ['EXT504 ip/20.1.0.167'],
  },
  {
    what: 'a policy of order 40 that goes by the label of guards lets everybody on the segment in',
    snapshot: 's2-policy-before',
    finds: ['EXT505 ip/20.1.0.167', 'EXT506 globalnetworkpolicy/let-in'],
  },
  {
    what: 'the Service got a second port after its guard was made',
    snapshot: 's2-guard-ports',
    finds: ['EXT507 ip/20.1.0.167'],
  },
  {
    what: "somebody deleted the guard's host endpoint of k2",
    snapshot: 's2-guard-open',
    finds: ['EXT508 ip/20.1.0.167'],
  },
  {
    what: 'somebody put the policy that denies before the one that allows',
    snapshot: 's2-guard-changed',
    finds: ['EXT509 ip/20.1.0.167'],
  },
  {
    what: 'the record of the Service was deleted, and the guard was not',
    snapshot: 's2-guard-left-over',
    finds: ['EXT116 ip/20.1.0.167', 'EXT510 ip/20.1.0.167'],
  },
  {
    what: 'port 80 was made a failsafe port',
    snapshot: 's2-guard-failsafe',
    finds: ['EXT511 ip/20.1.0.167'],
  },
  {
    what: 'another Service got the guarded address by hand',
    snapshot: 's2-guard-shared',
    finds: ['EXT512 service/default/svc-test-2'],
  },
  {
    what: "Calico's agent on k2 has none of its rules in the kernel",
    snapshot: 's2-agent-absent',
    // Whoever took its rules out took those of the Service calico-api, too.
    finds: ['EXT401 node/k2', 'EXT520 node/k2'],
  },
  {
    what: "Calico's agent on k2 was stopped before a host endpoint was made",
    snapshot: 's2-agent-stopped',
    finds: ['EXT521 node/k2'],
  },
  {
    what: 'Calico announces a range with an address that is on a node',
    snapshot: 's2-bgp-announced',
    finds: ['EXT530 ip/20.1.0.167'],
  },
  {
    what: 'eBPF is switched on',
    snapshot: 's2-assigned',
    composed: (broken) =>
      broken.object('felixconfigurations', 'default', ({ spec }) => {
        spec.bpfEnabled = true;
      }),
    finds: [],
    tells: ['EXT540 node/k0', 'EXT540 node/k2'],
  },
  {
    what: 'the datastore is locked for a migration',
    snapshot: 's2-assigned',
    composed: (broken) =>
      broken.object('clusterinformations', 'default', ({ spec }) => {
        spec.datastoreReady = false;
      }),
    finds: ['EXT541 cluster'],
  },
];
