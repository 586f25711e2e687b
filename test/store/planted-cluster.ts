import type { TestContext } from 'node:test';
import type { Connection } from '../../src/cluster/connection.ts';
import { type Behaviour, json, standIn, status } from '../cluster/stand-in-server.ts';

/** Whatever has this in it must not get into a snapshot. */
export const SECRET = 'hunter2';

const MANIFEST = JSON.stringify({
  env: SECRET,
  spec: { externalIPs: ['20.1.0.9', SECRET], token: SECRET },
});
const ANNOTATIONS = {
  'kubectl.kubernetes.io/last-applied-configuration': MANIFEST,
  'objectset.rio.cattle.io/applied': MANIFEST,
  'kapp.k14s.io/original': MANIFEST,
  'example.com/token': SECRET,
  'extip.dev/assignments': '{"version":1,"assignments":[]}',
  'projectcalico.org/metadata': JSON.stringify({
    labels: { role: 'edge' },
    annotations: { 'example.com/token': SECRET },
  }),
};
const MANAGED = [
  { manager: 'argocd', operation: 'Apply', fieldsV1: { 'f:spec': { 'f:externalIPs': {} } } },
  { manager: SECRET, fieldsV1: { 'f:spec': { 'f:ports': {} } } },
];
const list = (...items: object[]) => json({ metadata: { resourceVersion: '1' }, items });
const named = (name: string, rest: object = {}) => ({
  metadata: { name, namespace: 'default', annotations: ANNOTATIONS, managedFields: MANAGED },
  ...rest,
});

const POD = {
  spec: {
    nodeName: 'k0',
    containers: [
      {
        name: 'web',
        image: 'web:1',
        env: [{ name: 'PASSWORD', value: SECRET }],
        command: [SECRET],
        ports: [{ containerPort: 8080 }],
      },
    ],
  },
  status: { podIP: '192.168.99.39', phase: 'Running' },
};

const SPEAKER = { ...POD, metadata: { name: 'speaker-k0', namespace: 'metallb-system' } };

const METALLB = `peers:
- peer-address: 10.0.0.1
  password: ${SECRET} # not ${SECRET} any more
address-pools: [{name: old, protocol: layer2, addresses: [20.1.2.0/28]}]
`;

const PATHS: Record<string, Behaviour> = {
  '/version': json({ gitVersion: 'v1.36.3' }),
  '/apis': json({ groups: [{ name: 'metallb.io' }, { name: 'crd.projectcalico.org' }] }),
  '/api/v1/namespaces': list({ metadata: { name: 'kube-system', uid: 'u-1' } }),
  '/api/v1/services': list({
    ...named('web', { spec: { externalIPs: ['20.1.0.167'], ports: [{ port: 80 }] } }),
    metadata: {
      ...named('web').metadata,
      annotations: { ...ANNOTATIONS, 'metallb.universe.tf/address-pool': 'poc' },
    },
  }),
  '/api/v1/nodes': list({ metadata: { name: 'k0' } }, { metadata: { name: 'k2' } }),
  '/api/v1/pods': list(named('web-1', POD), named(`other-${SECRET}`, POD), SPEAKER),
  '/api/v1/events': list(),
  '/apis/discovery.k8s.io/v1/endpointslices': list({
    ...named('web-abc', {
      addressType: 'IPv4',
      endpoints: [
        {
          addresses: ['192.168.99.39'],
          targetRef: { kind: 'Pod', name: 'web-1', namespace: 'default' },
        },
      ],
    }),
  }),
  '/api/v1/namespaces/metallb-system/configmaps/config': json({
    metadata: { name: 'config', namespace: 'metallb-system', annotations: ANNOTATIONS },
    data: { config: METALLB, other: SECRET },
  }),
  '/api/v1/namespaces/kube-system/configmaps/kube-proxy': json({
    metadata: { name: 'kube-proxy', namespace: 'kube-system' },
    data: { 'config.conf': 'mode: iptables\n', 'kubeconfig.conf': `token: ${SECRET}` },
  }),
  '/apis/crd.projectcalico.org/v1/hostendpoints': list(named('k0-ens34')),
  '/apis/metallb.io/v1beta1/ipaddresspools': status(403, 'no right to ipaddresspools'),
};

/** A cluster with a Service, two nodes, and the secret in every place that may have one. */
export async function plantedCluster(
  t: TestContext,
  differences: Record<string, Behaviour> = {},
): Promise<Connection & { url: URL }> {
  const paths = { ...PATHS, ...differences };
  const { api, url } = await standIn(t, (request, response) => {
    const [path = ''] = request.url.split('?');
    if (path.includes('secrets')) throw new Error('asked for Secrets');
    (paths[path] ?? status(404, `${path} not found`))(request, response);
  });
  return { api, url, namespace: 'default', clusterName: 'lab', serverHost: '127.0.0.1' };
}
