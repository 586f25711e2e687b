import type { Broken, Loose } from '../broken-snapshot.ts';
import type { GridCase } from '../grid-case.ts';

const ASSIGNMENTS = 'extip.dev/assignments';

/** Changes what extip's record on the Service says of the address. */
function assignment(change: (entry: Loose) => void) {
  return (broken: Broken) =>
    broken.object('services', 'svc-test-1', ({ metadata: { annotations } }) => {
      const record = JSON.parse(annotations[ASSIGNMENTS]);
      change(record.assignments[0]);
      annotations[ASSIGNMENTS] = JSON.stringify(record);
    });
}

/** Somebody holds the lock, who renewed it at this time. */
function held(renewTime: string) {
  return (broken: Broken) =>
    broken.object('leases', 'extip', ({ spec }) => {
      Object.assign(spec, { holderIdentity: 'ann@ops1/0/0/4711/0', renewTime });
    });
}

export const cluster: readonly GridCase[] = [
  {
    what: 'the feature gate of kube-proxy is off',
    snapshot: 's2-assigned',
    composed: (broken) =>
      broken.file(
        'k0',
        'kube-proxy-gates.txt',
        () => 'kubernetes_feature_enabled{name="AllowServiceExternalIPs",stage=""} 0\n',
      ),
    finds: ['EXT102 node/k0'],
  },
  {
    what: 'the admission plug-in DenyServiceExternalIPs is on',
    snapshot: 's2-deny',
    finds: [],
    tells: ['EXT103 cluster'],
  },
  {
    what: 'a run was killed, and the lock is as it left it',
    snapshot: 's2-assigned',
    composed: held('2026-11-22T06:12:00.000000Z'),
    finds: ['EXT110 cluster'],
  },
  {
    what: 'somebody is changing something at this moment',
    snapshot: 's2-assigned',
    composed: held('2026-11-22T07:39:28.000000Z'),
    finds: [],
  },
  {
    what: 'an assignment was cut off',
    snapshot: 's2-assigned',
    composed: assignment((entry) => {
      entry.phase = 'assigning';
    }),
    finds: ['EXT111 service/default/svc-test-1'],
  },
  {
    what: 'an assignment is under way',
    snapshot: 's2-assigned',
    composed: async (broken) => {
      await held('2026-11-22T07:39:28.000000Z')(broken);
      await assignment((entry) => {
        entry.phase = 'assigning';
      })(broken);
    },
    finds: [],
  },
  {
    what: 'somebody took the address out of spec.externalIPs',
    snapshot: 's2-assigned',
    composed: (broken) =>
      broken.object('services', 'svc-test-1', ({ spec }) => {
        spec.externalIPs = [];
      }),
    finds: ['EXT112 service/default/svc-test-1'],
  },
  {
    what: 'somebody removed the record on the node',
    snapshot: 's2-assigned',
    composed: (broken) =>
      broken.json('k0', 'extip-records.json', (kept) => {
        kept.records = [];
      }),
    finds: ['EXT113 service/default/svc-test-1'],
  },
  {
    what: 'the node that it was assigned to is gone',
    snapshot: 's2-assigned',
    composed: async (broken) => {
      await assignment((entry) => {
        entry.node = 'k9';
      })(broken);
      await broken.json('k0', 'extip-records.json', (kept) => {
        kept.records = [];
      });
    },
    finds: ['EXT114 service/default/svc-test-1'],
  },
  {
    what: 'somebody moved the address to another node',
    snapshot: 's2-assigned',
    composed: async (broken) => {
      const link = (links: Loose[]) => links.find((it) => it.ifname === 'ens34').addr_info;
      await broken.json('k0', 'ip-addr.json', (links) => {
        const at = link(links).findIndex((it: { local: string }) => it.local === '20.1.0.167');
        link(links).splice(at, 1);
      });
      await broken.json('k2', 'ip-addr.json', (links) => {
        link(links).push({ family: 'inet', local: '20.1.0.167', prefixlen: 32, scope: 'global' });
      });
    },
    finds: ['EXT115 service/default/svc-test-1'],
  },
  {
    what: 'the Service is gone, and the address still there',
    snapshot: 's2-assigned',
    composed: (broken) =>
      broken.list('services', (items) =>
        items.filter(({ metadata }) => metadata.name !== 'svc-test-1'),
      ),
    finds: ['EXT116 ip/20.1.0.167'],
  },
  {
    what: 'somebody changed the record on the Service',
    snapshot: 's2-assigned',
    composed: (broken) =>
      broken.object('services', 'svc-test-1', ({ metadata }) => {
        metadata.annotations[ASSIGNMENTS] = '{';
      }),
    finds: ['EXT117 service/default/svc-test-1'],
  },
  {
    what: 'a record on a node is cut off',
    snapshot: 's2-assigned',
    composed: (broken) =>
      broken.json('k0', 'extip-records.json', (kept) => {
        kept.damaged = [{ file: '20.1.0.168.json', reason: 'is not JSON' }];
      }),
    finds: ['EXT118 node/k0'],
  },
  {
    what: "a pool of MetalLB's is of the range of the pods",
    snapshot: 's2-assigned',
    composed: (broken) =>
      broken.list('ipaddresspools', () => [
        {
          metadata: { namespace: 'metallb-system', name: 'poc' },
          spec: { addresses: ['192.168.99.0-192.168.99.9'] },
        },
      ]),
    finds: ['EXT130 cluster'],
  },
];
