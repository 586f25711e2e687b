import type { Broken, Loose } from '../broken-snapshot.ts';
import type { GridCase } from '../grid-case.ts';

const WEB = 'service/default/svc-test-2';
const POD = { namespace: 'metallb-system' };

function object(kind: string, name: string, spec: Loose): Loose {
  const metadata = { name, namespace: 'metallb-system' };
  return { apiVersion: 'metallb.io/v1beta1', kind, metadata, spec };
}

const pool = (name: string, spec: Loose) => object('IPAddressPool', name, spec);
const POOL = pool('external', { addresses: ['20.1.0.200-20.1.0.201'] });
const L2 = object('L2Advertisement', 'external', {});

/** MetalLB is configured by these objects. */
async function configured(broken: Broken, pools: Loose[], advertisements: Loose[] = [L2]) {
  await broken.list('ipaddresspools', () => pools);
  await broken.list('l2advertisements', () => advertisements);
}

/** MetalLB is configured by this ConfigMap. */
function configMap(broken: Broken, ...lines: string[]) {
  const metadata = { name: 'config', namespace: 'metallb-system' };
  return broken.list('configmaps', () => [
    { apiVersion: 'v1', kind: 'ConfigMap', metadata, data: { config: lines.join('\n') } },
  ]);
}

/** The Service that waits for an address asks for something. */
function asking(broken: Broken, annotations: Record<string, string>, spec: Loose = {}) {
  return broken.object('services', 'svc-test-2', (service) => {
    service.metadata.annotations = annotations;
    Object.assign(service.spec, spec);
  });
}

/** Pods of MetalLB's, `component/node`; those that are not ready with a `-` before them. */
function pods(broken: Broken, ...names: string[]) {
  return broken.list('pods', (items) => [
    ...items,
    ...names.map((text) => {
      const [component = '', nodeName = ''] = text.replace('-', '').split('/');
      return {
        metadata: { ...POD, name: `${component}-${nodeName}`, labels: { component } },
        spec: { nodeName, containers: [] },
        status: {
          conditions: [{ type: 'Ready', status: text.startsWith('-') ? 'False' : 'True' }],
        },
      };
    }),
  ]);
}

function event(broken: Broken, reason: string, message: string) {
  const involvedObject = { kind: 'Service', namespace: 'default', name: 'svc-test-2' };
  const metadata = { name: 'svc-test-2.1', namespace: 'default' };
  return broken.list('events', () => [
    { apiVersion: 'v1', kind: 'Event', metadata, involvedObject, reason, message },
  ]);
}

export const metallb: readonly GridCase[] = [
  {
    what: 'an address of a pool that is announced by a ready speaker',
    snapshot: 's2-loadbalancer',
    composed: async (broken) => {
      await configured(broken, [POOL]);
      await pods(broken, 'controller/k2', 'speaker/k0', '-speaker/k2');
      await event(broken, 'nodeAssigned', 'announcing from node "k0" with protocol "layer2"');
    },
    finds: [],
    tells: [`EXT730 ${WEB}`],
  },
  {
    what: 'a Service that has just asked for an address of the ConfigMap',
    snapshot: 's2-pending',
    composed: (broken) =>
      configMap(
        broken,
        'address-pools:',
        '- name: default',
        '  protocol: layer2',
        '  addresses: [20.1.0.200/31]',
      ),
    finds: [],
  },
  {
    what: 'two keys in one line of the ConfigMap',
    snapshot: 's2-pending',
    composed: (broken) =>
      configMap(
        broken,
        'address-pools:',
        '- name: default',
        '  protocol: layer2 addresses: [20.1.0.200/31]',
      ),
    finds: ['EXT701 configmap/metallb-system/config'],
  },
  {
    what: 'a pool with one address alone, which is no range',
    snapshot: 's2-pending',
    composed: (broken) => configured(broken, [pool('external', { addresses: ['20.1.0.200'] })]),
    finds: ['EXT702 ipaddresspool/metallb-system/external'],
  },
  {
    what: 'two pools with an address in common',
    snapshot: 's2-pending',
    composed: (broken) =>
      configured(broken, [POOL, pool('second', { addresses: ['20.1.0.201/32'] })]),
    finds: ['EXT703 ipaddresspool/metallb-system/second'],
  },
  {
    what: 'the ConfigMap of an older MetalLB beside the objects of a newer one',
    snapshot: 's2-assigned',
    composed: async (broken) => {
      await configured(broken, [POOL]);
      await configMap(broken, 'address-pools: []');
    },
    finds: ['EXT704 configmap/metallb-system/config'],
  },
  {
    what: 'a typing error in an advertisement',
    snapshot: 's2-assigned',
    composed: (broken) =>
      configured(
        broken,
        [POOL],
        [L2, object('L2Advertisement', 'typo', { ipAddressPools: ['externl'] })],
      ),
    finds: ['EXT705 l2advertisement/metallb-system/typo'],
  },
  {
    what: 'the pool poc of the annotation does not exist',
    snapshot: 's2-pending',
    composed: async (broken) => {
      await configured(broken, [POOL]);
      await asking(broken, { 'metallb.universe.tf/address-pool': 'poc' });
      await event(broken, 'AllocationFailed', 'Failed to allocate IP: unknown pool "poc"');
    },
    finds: [`EXT710 ${WEB}`],
  },
  {
    what: 'it asks for an address of no pool',
    snapshot: 's2-pending',
    composed: async (broken) => {
      await configured(broken, [POOL]);
      await asking(broken, {}, { loadBalancerIP: '20.1.0.210' });
    },
    finds: [`EXT711 ${WEB}`],
  },
  {
    what: 'it asks for an address that another Service has',
    snapshot: 's2-loadbalancer',
    composed: async (broken) => {
      await configured(broken, [POOL]);
      await broken.object('services', 'svc-test-1', (service) => {
        service.metadata.annotations['metallb.io/loadBalancerIPs'] = '20.1.0.200';
        service.spec.type = 'LoadBalancer';
      });
    },
    finds: ['EXT712 service/default/svc-test-1'],
  },
  {
    what: 'the only address of the pool is given',
    snapshot: 's2-loadbalancer',
    composed: async (broken) => {
      await configured(broken, [pool('external', { addresses: ['20.1.0.200/32'] })]);
      await broken.object('services', 'svc-test-1', ({ spec }) => {
        spec.type = 'LoadBalancer';
      });
    },
    finds: ['EXT713 service/default/svc-test-1'],
  },
  {
    what: 'the only pool is for another namespace',
    snapshot: 's2-pending',
    composed: (broken) =>
      configured(broken, [
        pool('external', {
          addresses: ['20.1.0.200/31'],
          serviceAllocation: { namespaces: ['shop'] },
        }),
      ]),
    finds: [`EXT714 ${WEB}`],
  },
  {
    what: 'the controller is not ready',
    snapshot: 's2-pending',
    composed: async (broken) => {
      await configured(broken, [POOL]);
      await pods(broken, '-controller/k2', 'speaker/k0', 'speaker/k2');
    },
    finds: ['EXT716 cluster'],
  },
  {
    what: 'there is no advertisement',
    snapshot: 's2-loadbalancer',
    composed: (broken) => configured(broken, [POOL], []),
    finds: [`EXT720 ${WEB}`],
  },
  {
    what: 'the advertisement is for nodes with a label that none has',
    snapshot: 's2-loadbalancer',
    composed: (broken) =>
      configured(
        broken,
        [POOL],
        [
          object('L2Advertisement', 'external', {
            nodeSelectors: [{ matchLabels: { zone: 'dmz' } }],
          }),
        ],
      ),
    finds: [`EXT721 ${WEB}`],
  },
  {
    what: 'no speaker is ready',
    snapshot: 's2-loadbalancer',
    composed: async (broken) => {
      await configured(broken, [POOL]);
      await pods(broken, '-speaker/k0');
    },
    finds: [`EXT722 ${WEB}`],
  },
];
