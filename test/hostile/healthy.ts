import type { NodeAnswer } from './case.ts';

export const CLUSTER = '4f7d7c6e-0000-4000-8000-000000000001';
const MACHINE = '3d1219c7c4c5404aaa1f6d2a48adfda4';

const SYSTEM = { metadata: { name: 'kube-system', uid: CLUSTER } };

const SERVICE = {
  metadata: { namespace: 'default', name: 'web', uid: 'u-web', resourceVersion: '7' },
  spec: {
    clusterIP: '10.96.0.7',
    clusterIPs: ['10.96.0.7'],
    ipFamilies: ['IPv4'],
    ports: [{ port: 80, protocol: 'TCP' }],
    externalIPs: ['192.0.2.70'],
  },
};

const NODE = {
  metadata: { name: 'k0' },
  spec: { podCIDR: '10.244.0.0/24' },
  status: {
    addresses: [{ type: 'InternalIP', address: '192.0.2.10' }],
    nodeInfo: { machineID: MACHINE },
  },
};

const SLICE = {
  metadata: {
    namespace: 'default',
    name: 'web-1',
    labels: { 'kubernetes.io/service-name': 'web' },
  },
  addressType: 'IPv4',
  endpoints: [{ addresses: ['10.244.0.9'], nodeName: 'k0', conditions: { ready: true } }],
};

const OBJECTS: Record<string, object> = {
  '/api/v1/namespaces/kube-system': SYSTEM,
  '/api/v1/namespaces/default/services/web': SERVICE,
  '/api/v1/services': { items: [SERVICE], metadata: { resourceVersion: '9' } },
  '/api/v1/nodes': { items: [NODE], metadata: {} },
  '/apis/discovery.k8s.io/v1/endpointslices': { items: [SLICE], metadata: {} },
  '/apis': { groups: [{ name: 'projectcalico.org' }, { name: 'metallb.io' }] },
  '/apis/projectcalico.org/v3/ippools': { items: [] },
  '/apis/metallb.io/v1beta1/ipaddresspools': { items: [] },
};

/** What a healthy API server answers to a GET; null: 404. */
export function healthyObject(path: string): object | null {
  return structuredClone(OBJECTS[path] ?? null);
}

const LINKS = [
  {
    ifname: 'eth0',
    flags: ['BROADCAST', 'UP', 'LOWER_UP'],
    link_type: 'ether',
    address: 'aa:bb:cc:00:00:01',
    addr_info: [{ family: 'inet', local: '192.0.2.10', prefixlen: 24, label: 'eth0' }],
  },
];

/** What the sections of all scripts print on a healthy node; a section may be left out or added. */
const SECTIONS: Record<string, string> = {
  login: '192.0.2.1 40000 192.0.2.10 22',
  'machine-id': MACHINE,
  hostname: 'k0',
  uid: '0',
  systemd: '',
  arping: 'arping from iputils 20221126\nSent 2 probes (2 broadcast(s))',
  addresses: JSON.stringify(LINKS),
  records: '',
  link: '2: eth0: <BROADCAST,UP,LOWER_UP> mtu 1500',
};

/** The text of a transcript, with other sections. */
export function transcript(changes: Record<string, string | null> = {}): string {
  const sections = Object.entries({ ...SECTIONS, ...changes }).flatMap(([name, text]) =>
    text === null ? [] : [`\n@MARK@ begin ${name}\n${text}\n@MARK@ end 0\n`],
  );
  return `${sections.join('')}\n@MARK@ complete\n`;
}

/** What ssh to a healthy node prints. */
export function healthyNode(): NodeAnswer {
  return { stdout: transcript(), stderr: '', exitCode: 0 };
}
