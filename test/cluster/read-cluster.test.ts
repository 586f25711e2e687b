import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readCluster } from '../../src/cluster/read-cluster.ts';
import { type Behaviour, garbage, hang, json, standIn, status } from './stand-in-server.ts';

const FORBIDDEN = status(403, 'User "ops" cannot list resource "x"');
const AWAY = status(503, 'error trying to reach service: connection refused');

const list = (...items: object[]) => json({ metadata: { resourceVersion: '1' }, items });
const groups = (...names: string[]) => json({ groups: names.map((name) => ({ name })) });
const config = (text: string) => json({ data: { config: text } });

/** A small cluster, path by path; what is not here is 404. */
const CLUSTER: Record<string, Behaviour> = {
  '/apis': groups('apps'),
  '/api/v1/namespaces/kube-system': json({ metadata: { name: 'kube-system', uid: 'u-1' } }),
  '/api/v1/services': list({ metadata: { name: 'web', namespace: 'default' }, spec: {} }),
  '/api/v1/nodes': list(
    { metadata: { name: 'k0' }, spec: { podCIDR: '10.1.0.0/24' } },
    {
      metadata: { name: 'k2' },
      spec: { podCIDR: '10.1.2.0/24', podCIDRs: ['10.1.2.0/24', 'fd01:2::/64'] },
    },
    { metadata: { name: 'k3' } },
  ),
  '/apis/discovery.k8s.io/v1/endpointslices': list(
    {
      metadata: {
        name: 'kubernetes',
        namespace: 'default',
        labels: { 'kubernetes.io/service-name': 'kubernetes' },
      },
      addressType: 'IPv4',
      endpoints: [{ addresses: ['10.22.0.10'] }, { addresses: ['10.22.0.11'] }],
    },
    {
      metadata: {
        name: 'kubernetes',
        namespace: 'forged',
        labels: { 'kubernetes.io/service-name': 'kubernetes' },
      },
      addressType: 'IPv4',
      endpoints: [{ addresses: ['10.66.6.6'] }],
    },
  ),
};

function serve(paths: Record<string, Behaviour>): Behaviour {
  return (request, response) => {
    const [path = ''] = request.url.split('?');
    (paths[path] ?? status(404, `${path} not found`))(request, response);
  };
}

async function read(
  t: Parameters<typeof standIn>[0],
  differences: Record<string, Behaviour> = {},
  serverHost = 'api.invalid',
) {
  const { api } = await standIn(t, serve({ ...CLUSTER, ...differences }), { timeout: 2000 });
  return readCluster({ api, namespace: 'default', clusterName: 'lab', serverHost });
}

test('what is there: identity, Services, nodes, endpoints, pod ranges', async (t) => {
  const state = await read(t);
  assert.equal(state.uid, 'u-1');
  assert.deepEqual(
    state.services.map(({ metadata }) => metadata.name),
    ['web'],
  );
  assert.equal(state.nodes.length, 3);
  assert.equal(state.endpointSlices.length, 2);
  assert.deepEqual(state.ranges, [
    { kind: 'pod', cidr: '10.1.0.0/24', owner: 'Node k0' },
    { kind: 'pod', cidr: '10.1.2.0/24', owner: 'Node k2' },
    { kind: 'pod', cidr: 'fd01:2::/64', owner: 'Node k2' },
  ]);
  assert.deepEqual(state.unknown, []);
});

test("the API server's addresses: the kubeconfig's, and those behind default/kubernetes", async (t) => {
  assert.deepEqual((await read(t)).apiServerAddresses, ['10.22.0.10', '10.22.0.11']);
  const byAddress = await read(t, {}, '10.22.0.9');
  assert.deepEqual(byAddress.apiServerAddresses, ['10.22.0.9', '10.22.0.10', '10.22.0.11']);
  const byName = await read(t, {}, 'localhost');
  assert.ok(byName.apiServerAddresses.some((address) => /^(127\.0\.0\.1|::1)$/.test(address)));
});

test("Calico's pools come from its API server, or from what it keeps when that is away", async (t) => {
  const pool = list({ metadata: { name: 'default-ipv4' }, spec: { cidr: '10.1.0.0/16' } });
  const range = { kind: 'pool', cidr: '10.1.0.0/16', owner: 'IPPool default-ipv4' };
  const v3 = '/apis/projectcalico.org/v3/ippools';
  const crd = '/apis/crd.projectcalico.org/v1/ippools';
  const both = groups('projectcalico.org', 'crd.projectcalico.org');
  const cases: Record<string, Behaviour>[] = [
    { '/apis': both, [v3]: pool, [crd]: garbage('not asked') },
    { '/apis': both, [v3]: AWAY, [crd]: pool },
    { '/apis': groups('crd.projectcalico.org'), [crd]: pool },
  ];
  for (const differences of cases) {
    const state = await read(t, differences);
    assert.deepEqual(state.ranges.at(-1), range);
    assert.deepEqual(state.unknown, []);
  }
});

test("MetalLB's pools, new and old", async (t) => {
  const state = await read(t, {
    '/apis': groups('metallb.io'),
    '/apis/metallb.io/v1beta1/ipaddresspools': list({
      metadata: { name: 'poc' },
      spec: { addresses: ['20.1.0.200-20.1.0.210', '20.1.1.0/24'] },
    }),
    '/api/v1/namespaces/metallb-system/configmaps/config': config(
      'address-pools:\n- {name: old, protocol: layer2, addresses: [20.1.2.0/28]}',
    ),
  });
  assert.deepEqual(
    state.ranges.filter(({ kind }) => kind === 'pool'),
    [
      { kind: 'pool', cidr: '20.1.0.200-20.1.0.210', owner: 'MetalLB IPAddressPool poc' },
      { kind: 'pool', cidr: '20.1.1.0/24', owner: 'MetalLB IPAddressPool poc' },
      { kind: 'pool', cidr: '20.1.2.0/28', owner: 'MetalLB pool old' },
    ],
  );
});

test('what cannot be read is unknown, never empty', async (t) => {
  const pools = '/apis/metallb.io/v1beta1/ipaddresspools';
  const configMap = '/api/v1/namespaces/metallb-system/configmaps/config';
  const metallb = { '/apis': groups('metallb.io') };
  const cases: [differences: Record<string, Behaviour>, resource: string, reason: RegExp][] = [
    [{ '/apis': AWAY }, 'API groups', /503/],
    [{ ...metallb, [pools]: FORBIDDEN }, 'ipaddresspools.metallb.io', /needs: list ipaddresspools/],
    [{ ...metallb, [pools]: hang }, 'ipaddresspools.metallb.io', /no answer within 2 s/],
    [{ ...metallb, [pools]: garbage('<html>') }, 'ipaddresspools.metallb.io', /<html>/],
    [{ [configMap]: FORBIDDEN }, 'configmap/metallb-system/config', /403/],
    [{ [configMap]: config('a: [') }, 'configmap/metallb-system/config', /^line \d+, column \d+: /],
    [
      { ...metallb, [pools]: list({ metadata: { name: 'p' }, spec: { addresses: ['a\u001b'] } }) },
      'MetalLB IPAddressPool p',
      /^not a range: a\\x1b$/,
    ],
    [{ '/apis/discovery.k8s.io/v1/endpointslices': AWAY }, 'endpointslices', /503/],
  ];
  for (const [differences, resource, reason] of cases) {
    const { unknown } = await read(t, differences);
    assert.equal(unknown.length, 1);
    assert.equal(unknown[0]?.resource, resource);
    assert.match(unknown[0]?.reason ?? '', reason);
  }
});

test('a group that is served without the resource has no pools', async (t) => {
  const state = await read(t, { '/apis': groups('metallb.io', 'projectcalico.org') });
  assert.deepEqual(state.unknown, []);
});

test('with rights in one namespace only, the others are unknown', async (t) => {
  const service = { metadata: { name: 'mine', namespace: 'default' }, spec: {} };
  const state = await read(t, {
    '/api/v1/services': FORBIDDEN,
    '/api/v1/namespaces/default/services': list(service),
  });
  assert.deepEqual(state.services, [service]);
  assert.equal(state.unknown[0]?.resource, 'services');
  assert.match(state.unknown[0]?.reason ?? '', /^only namespace default was read: .*403/);
});

test('without services, nodes or the identity there is nothing to go on', async (t) => {
  const cases: [differences: Record<string, Behaviour>, message: RegExp][] = [
    [{ '/api/v1/services': FORBIDDEN }, /\(needs: list services\)$/],
    [{ '/api/v1/nodes': FORBIDDEN }, /\(needs: list nodes\)$/],
    [{ '/api/v1/namespaces/kube-system': FORBIDDEN }, /^get namespace kube-system: 403/],
  ];
  for (const [differences, message] of cases) {
    await assert.rejects(
      read(t, { '/api/v1/namespaces/default/services': FORBIDDEN, ...differences }),
      {
        name: 'ApiError',
        message,
      },
    );
  }
});
