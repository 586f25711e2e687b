import type { Broken, Loose } from '../broken-snapshot.ts';
import type { GridCase } from '../grid-case.ts';

const IP = '20.1.0.167';

/** Changes the Service that extip gave an external IP. */
function changed(change: (service: Loose) => void) {
  return (broken: Broken) => broken.object('services', 'svc-test-1', change);
}

/** Changes the EndpointSlices of that Service, one after the other. */
function slices(change: (slice: Loose, index: number) => void) {
  return (broken: Broken) =>
    broken.list('endpointslices', (items) => {
      items
        .filter((it) => it.metadata.labels['kubernetes.io/service-name'] === 'svc-test-1')
        .forEach(change);
      return items;
    });
}

/** Gives that Service another external IP by hand. */
function alsoOn(ip: string) {
  return changed(({ spec }) => spec.externalIPs.push(ip));
}

/** Lets a process of k0 listen. */
function listening(line: string) {
  return (broken: Broken) => broken.file('k0', 'listeners.txt', (text) => `${text}${line}\n`);
}

/** Of no Service. */
const EDGE = {
  metadata: { namespace: 'default', name: 'edge' },
  spec: { nodeName: 'k0', containers: [{ ports: [{ containerPort: 8080, hostPort: 80 }] }] },
};

export const service: readonly GridCase[] = [
  {
    what: 'somebody took the address off its node',
    snapshot: 's2-assigned',
    composed: (broken) =>
      broken.json('k0', 'ip-addr.json', (links) => {
        for (const link of links) {
          link.addr_info = link.addr_info.filter((it: { local: string }) => it.local !== IP);
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
        link.addr_info.push({ family: 'inet', local: IP, prefixlen: 32, scope: 'global' });
      }),
    finds: ['EXT202 ip/20.1.0.167'],
  },
  {
    what: 'the policy became Local, and the pods are on the other node',
    snapshot: 's2-assigned',
    composed: changed(({ spec }) => {
      spec.externalTrafficPolicy = 'Local';
    }),
    finds: ['EXT203 ip/20.1.0.167'],
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
  {
    what: 'no pod is ready',
    snapshot: 's2-assigned',
    composed: slices(({ endpoints }) => {
      for (const { conditions } of endpoints)
        Object.assign(conditions, { ready: false, serving: false });
    }),
    finds: ['EXT204 service/default/svc-test-1'],
  },
  {
    what: 'a pod is not ready',
    snapshot: 's2-assigned',
    composed: slices(({ endpoints }, index) => {
      if (index === 0)
        endpoints[0].conditions = { ready: false, serving: false, terminating: false };
    }),
    finds: ['EXT205 service/default/svc-test-1'],
  },
  {
    what: 'a pod ends, as with every new version',
    snapshot: 's2-assigned',
    composed: slices(({ endpoints }, index) => {
      if (index === 0) endpoints[0].conditions = { ready: false, serving: true, terminating: true };
    }),
    finds: [],
  },
  {
    what: 'all pods end',
    snapshot: 's2-assigned',
    composed: slices(({ endpoints }) => {
      for (const one of endpoints)
        one.conditions = { ready: false, serving: true, terminating: true };
    }),
    finds: ['EXT205 service/default/svc-test-1'],
  },
  {
    what: 'no pod has the port that is named',
    snapshot: 's2-assigned',
    composed: slices((slice) => {
      slice.ports = [];
    }),
    finds: ['EXT206 service/default/svc-test-1'],
  },
  {
    what: 'some pods have not the port that is named',
    snapshot: 's2-assigned',
    composed: slices((slice, index) => {
      if (index === 0) slice.ports = [];
    }),
    finds: ['EXT207 service/default/svc-test-1'],
  },
  {
    what: 'a pod in the network of its node listens elsewhere',
    snapshot: 's2-assigned',
    composed: (broken) =>
      broken.object('pods', 'web-server-1-1', ({ spec }) => {
        spec.hostNetwork = true;
      }),
    finds: ['EXT208 service/default/svc-test-1'],
  },
  {
    what: 'the Service became headless',
    snapshot: 's2-assigned',
    composed: changed(({ spec }) =>
      Object.assign(spec, { clusterIP: 'None', clusterIPs: ['None'] }),
    ),
    finds: ['EXT209 service/default/svc-test-1'],
  },
  {
    what: 'the Service is of IPv6 alone',
    snapshot: 's2-assigned',
    composed: changed(({ spec }) => {
      spec.ipFamilies = ['IPv6'];
    }),
    finds: ['EXT210 service/default/svc-test-1'],
  },
  {
    what: 'another Service was given the same address and port',
    snapshot: 's2-assigned',
    composed: (broken) =>
      broken.object('services', 'svc-test-2', ({ spec }) => {
        spec.externalIPs = [IP];
        spec.ports[0].port = 80;
      }),
    finds: ['EXT211 ip/20.1.0.167'],
  },
  {
    what: "the address is another Service's cluster IP, and the port its own",
    snapshot: 's2-assigned',
    composed: (broken) =>
      broken.object('services', 'svc-test-2', ({ spec }) => {
        Object.assign(spec, { clusterIP: IP, clusterIPs: [IP] });
        spec.ports[0].port = 80;
      }),
    finds: ['EXT211 ip/20.1.0.167'],
  },
  {
    what: 'a process listens on the address at that port',
    snapshot: 's2-assigned',
    composed: listening('tcp LISTEN 0 511 20.1.0.167:80 0.0.0.0:* users:(("nginx",pid=9,fd=6))'),
    finds: ['EXT212 ip/20.1.0.167'],
  },
  {
    what: 'a process listens on all addresses at that port',
    snapshot: 's2-assigned',
    composed: listening('tcp LISTEN 0 511 *:80 *:* users:(("nginx",pid=9,fd=6))'),
    finds: [],
    tells: ['EXT213 ip/20.1.0.167'],
  },
  {
    what: "another Service's node port is that port",
    snapshot: 's2-assigned',
    composed: (broken) =>
      broken.object('services', 'svc-test-2', ({ spec }) => {
        spec.type = 'NodePort';
        spec.ports[0].nodePort = 80;
      }),
    finds: ['EXT214 ip/20.1.0.167'],
  },
  {
    what: 'a pod on the node has that port of the node',
    snapshot: 's2-assigned',
    composed: (broken) => broken.list('pods', (items) => [...items, EDGE]),
    finds: ['EXT215 ip/20.1.0.167'],
  },
  {
    what: "an external IP is a node's own",
    snapshot: 's2-assigned',
    composed: alsoOn('10.1.0.179'),
    // Its clients are answered by ens34, where the default route leads.
    finds: ['EXT411 node/k2', 'EXT216 ip/10.1.0.179'],
  },
  {
    what: "an external IP is a node's own, and IPVS serves Services",
    snapshot: 's2-assigned',
    composed: async (broken) => {
      await alsoOn('10.1.0.179')(broken);
      await broken.file('k2', 'kube-proxy.txt', () => 'ipvs\n');
    },
    finds: ['EXT142 cluster', 'EXT217 ip/10.1.0.179'],
  },
  {
    what: "a Service takes the API server's address and port",
    snapshot: 's2-assigned',
    composed: changed(({ spec }) => {
      spec.externalIPs.push('10.1.0.180');
      spec.ports[0].port = 6443;
    }),
    finds: ['EXT411 node/k0', 'EXT212 ip/10.1.0.180', 'EXT218 ip/10.1.0.180'],
  },
  {
    what: "an external IP is another Service's cluster IP",
    snapshot: 's2-assigned',
    composed: alsoOn('10.111.30.202'),
    finds: ['EXT219 ip/10.111.30.202'],
  },
  {
    what: 'an external IP is of the range of the pods',
    snapshot: 's2-assigned',
    composed: async (broken) => {
      await alsoOn('10.200.0.7')(broken);
      await broken.object('nodes', 'k2', ({ spec }) => {
        spec.podCIDR = '10.200.0.0/24';
        spec.podCIDRs = ['10.200.0.0/24'];
      });
    },
    finds: ['EXT220 ip/10.200.0.7'],
  },
  {
    what: "an external IP is of a pool of Calico's",
    snapshot: 's2-assigned',
    composed: (broken) =>
      broken.list('ippools', (items) => {
        items[0].spec.cidr = '20.1.0.160/28';
        return items;
      }),
    finds: ['EXT221 ip/20.1.0.167'],
  },
  {
    what: 'an external IP is the broadcast address of its subnet',
    snapshot: 's2-assigned',
    composed: (broken) =>
      broken.json('k0', 'ip-addr.json', (links) => {
        const link = links.find((it: { ifname: string }) => it.ifname === 'ens34');
        link.addr_info[0].prefixlen = 29;
      }),
    finds: ['EXT222 ip/20.1.0.167'],
  },
  {
    what: 'an external IP ends in .0',
    snapshot: 's2-assigned',
    composed: alsoOn('20.2.0.0'),
    finds: [],
    tells: ['EXT223 ip/20.2.0.0'],
  },
  {
    what: 'clients are to be kept out of an external IP by source ranges',
    snapshot: 's2-assigned',
    composed: changed(({ spec }) => {
      spec.loadBalancerSourceRanges = ['20.1.0.0/24'];
    }),
    finds: ['EXT224 service/default/svc-test-1'],
  },
  {
    what: 'a load balancer keeps clients out by source ranges',
    snapshot: 's2-assigned',
    composed: (broken) =>
      broken.object('services', 'svc-test-2', ({ spec, status }) => {
        spec.type = 'LoadBalancer';
        spec.loadBalancerSourceRanges = ['20.1.0.0/24'];
        status.loadBalancer.ingress = [{ ip: '20.3.0.1', ipMode: 'VIP' }];
      }),
    finds: [],
    tells: ['EXT225 service/default/svc-test-2'],
  },
  {
    what: 'clients come to the same pod again',
    snapshot: 's2-assigned',
    composed: changed(({ spec }) => {
      spec.sessionAffinity = 'ClientIP';
    }),
    finds: [],
    tells: ['EXT226 service/default/svc-test-1'],
  },
  {
    what: 'nobody listens where load balancers ask',
    snapshot: 's2-assigned',
    composed: changed(({ spec }) => {
      spec.healthCheckNodePort = 31000;
    }),
    finds: ['EXT228 service/default/svc-test-1'],
  },
  {
    what: 'an external IP was set by hand',
    snapshot: 's2-assigned',
    composed: alsoOn('20.2.0.5'),
    finds: [],
    tells: ['EXT229 service/default/svc-test-1'],
  },
  {
    what: 'a manifest with another list was applied',
    snapshot: 's2-assigned',
    composed: changed(({ metadata }) => {
      metadata.annotations['kubectl.kubernetes.io/last-applied-configuration'] = JSON.stringify({
        spec: { externalIPs: ['20.2.0.5'] },
      });
    }),
    finds: ['EXT230 service/default/svc-test-1'],
  },
  {
    what: 'another program applied another list on the server',
    snapshot: 's2-assigned',
    composed: changed(({ metadata, spec }) => {
      const fieldsV1 = { 'f:spec': { 'f:externalIPs': {} } };
      metadata.managedFields = [{ manager: 'flux', operation: 'Apply', fieldsV1 }];
      spec.externalIPs = ['20.2.0.5'];
    }),
    finds: ['EXT112 service/default/svc-test-1', 'EXT230 service/default/svc-test-1'],
  },
];
