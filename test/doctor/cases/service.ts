import type { GridCase } from '../grid-case.ts';

export const service: readonly GridCase[] = [
  {
    what: 'somebody took the address off its node',
    snapshot: 's2-assigned',
    composed: (broken) =>
      broken.json('k0', 'ip-addr.json', (links) => {
        for (const link of links) {
          link.addr_info = link.addr_info.filter(
            (it: { local: string }) => it.local !== '20.1.0.167',
          );
        }
      }),
    finds: ['EXT201 ip/20.1.0.167'],
  },
  {
    what: 'somebody put the address on a second node',
    snapshot: 's2-assigned',
    composed: (broken) =>
      broken.json('k2', 'ip-addr.json', (links) => {
        const link = links.find((it: { ifname: string }) => it.ifname === 'ens34');
        link.addr_info.push({
          family: 'inet',
          local: '20.1.0.167',
          prefixlen: 32,
          scope: 'global',
        });
      }),
    finds: ['EXT202 ip/20.1.0.167'],
  },
  {
    what: 'no pod matches the selector',
    snapshot: 's2-assigned',
    composed: (broken) =>
      broken.list('endpointslices', (items) =>
        items.filter((it) => it.metadata.labels['kubernetes.io/service-name'] !== 'svc-test-1'),
      ),
    finds: ['EXT204 service/default/svc-test-1'],
  },
];
