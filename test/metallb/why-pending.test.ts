import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { addressesInUse } from '../../src/metallb/addresses-in-use.ts';
import { readPoolObjects } from '../../src/metallb/objects.ts';
import { poolsOfObjects } from '../../src/metallb/pools.ts';
import { whyPending } from '../../src/metallb/why-pending.ts';
import type { Service } from '../../src/snapshot/kubernetes.ts';

type Loose = Record<string, unknown>;

interface Asked {
  annotations?: Record<string, string>;
  spec?: Loose;
}

function service(name: string, { annotations = {}, spec = {} }: Asked, ...ips: string[]): Service {
  return {
    metadata: { name, namespace: 'shop', labels: { app: name }, annotations },
    spec: { type: 'LoadBalancer', clusterIP: '10.96.0.1', ports: [{ port: 80 }], ...spec },
    status: { loadBalancer: { ingress: ips.map((ip) => ({ ip })) } },
  };
}

const pool = (spec: Loose, name = 'one') => ({ metadata: { name }, spec });
const NAMESPACES = [{ metadata: { name: 'shop', labels: { team: 'a' } } }];
const ONE = pool({ addresses: ['10.0.0.1-10.0.0.2'] });
const SHARED = { 'metallb.io/allow-shared-ip': 'x' };
const LOCAL = { externalTrafficPolicy: 'Local' };

/** Why `web` gets none of the pools; null: it gets one. */
function why(asked: Asked, pools: Loose[], others: Service[] = []) {
  const read = readPoolObjects(pools);
  assert.ok(read.areAll);
  const all = poolsOfObjects(read.items, [], NAMESPACES);
  const found = whyPending(service('web', asked), all, addressesInUse(others), 'objects');
  return found && `${found.cause}: ${found.reason}`;
}

describe('a Service that asks for nothing', () => {
  const cases: [what: string, pools: Loose[], others: Service[], expected: string | null][] = [
    ['gets an address that is left', [ONE], [service('a', {}, '10.0.0.1')], null],
    [
      'gets none where all are given',
      [ONE],
      [service('a', {}, '10.0.0.1'), service('b', {}, '10.0.0.2')],
      'exhausted: the pool one has no address left',
    ],
    ['gets one of another pool then', [ONE, pool({ addresses: ['10.1.0.0/24'] }, 'two')], [], null],
    [
      'gets none of a pool that is given only when asked for',
      [pool({ addresses: ['10.0.0.0/24'], autoAssign: false })],
      [],
      'no-pool: no pool is given without being asked for',
    ],
    [
      'gets none that ends in .0 where these are avoided',
      [pool({ addresses: ['10.0.0.0/32'], avoidBuggyIPs: true })],
      [],
      'exhausted: the pool one has no address left',
    ],
    [
      'gets none of another family',
      [pool({ addresses: ['2001:db8::/64'] })],
      [],
      'no-pool: one has no address of IPv4',
    ],
    [
      'gets none of a pool for others',
      [pool({ addresses: ['10.0.0.0/24'], serviceAllocation: { namespaces: ['bank'] } })],
      [],
      'no-pool: no pool is for it: one is for others',
    ],
    [
      'gets one of a pool for its namespace, by its labels',
      [
        pool({
          addresses: ['10.0.0.0/24'],
          serviceAllocation: { namespaceSelectors: [{ matchLabels: { team: 'a' } }] },
        }),
      ],
      [],
      null,
    ],
    [
      'gets none of a pool for namespaces that there are not',
      [
        pool({
          addresses: ['10.0.0.0/24'],
          serviceAllocation: { namespaceSelectors: [{ matchLabels: { team: 'b' } }] },
        }),
      ],
      [],
      'no-pool: no pool is given without being asked for',
    ],
    [
      'gets none of a pool for Services with other labels',
      [
        pool({
          addresses: ['10.0.0.0/24'],
          serviceAllocation: {
            serviceSelectors: [
              { matchExpressions: [{ key: 'app', operator: 'NotIn', values: ['web'] }] },
            ],
          },
        }),
      ],
      [],
      'no-pool: no pool is for it: one is for others',
    ],
  ];
  for (const [what, pools, others, expected] of cases) {
    it(what, () => assert.equal(why({}, pools, others), expected));
  }
});

describe('a Service that asks for a pool or an address', () => {
  const taken = service('a', {}, '10.0.0.1');
  const asks = (ips: string) => ({ annotations: { 'metallb.io/loadBalancerIPs': ips } });
  const inPool = (name: string) => ({ annotations: { 'metallb.universe.tf/address-pool': name } });
  const cases: [what: string, asked: Asked, others: Service[], expected: RegExp | null][] = [
    ['a pool that is there', inPool('one'), [], null],
    ['one that is not', inPool('poc'), [], /^unknown-pool: it asks for the pool poc, .* are: one$/],
    ['an address that is free', asks('10.0.0.2'), [taken], null],
    [
      'spec.loadBalancerIP',
      { spec: { loadBalancerIP: '10.0.0.9' } },
      [],
      /^address-refused: .* no pool$/,
    ],
    ['both', { ...asks('10.0.0.1'), spec: { loadBalancerIP: '10.0.0.1' } }, [], /both by/],
    ['what is no address', asks('10.0.0'), [], /'10\.0\.0', which is no address$/],
    ['IPv6, with a clusterIP of IPv4', asks('2001:db8::1'), [], /its clusterIPs are of IPv4$/],
    ['two of one family', asks('10.0.0.1, 10.0.0.2'), [], /of which two are of one family$/],
    [
      'an address and another pool',
      { annotations: { ...asks('10.0.0.1').annotations, 'metallb.io/address-pool': 'two' } },
      [],
      /of the pool one, and for the pool two$/,
    ],
    ['one that is given', asks('10.0.0.1'), [taken], /^address-in-use: .*: shop\/a has it/],
    [
      'one that both share',
      { annotations: { ...asks('10.0.0.1').annotations, ...SHARED } },
      [service('a', { annotations: SHARED, spec: { ports: [{ port: 81 }] } }, '10.0.0.1')],
      null,
    ],
    [
      'one that both would share, on the same port',
      { annotations: { ...asks('10.0.0.1').annotations, ...SHARED } },
      [service('a', { annotations: SHARED }, '10.0.0.1')],
      /shop\/a has 80\/TCP on it$/,
    ],
    [
      'one that both would share, of other pods',
      {
        annotations: { ...asks('10.0.0.1').annotations, ...SHARED },
        spec: { ...LOCAL, selector: { app: 'web' }, ports: [{ port: 81 }] },
      },
      [service('a', { annotations: SHARED, spec: LOCAL }, '10.0.0.1')],
      /another selector or externalTrafficPolicy$/,
    ],
  ];
  for (const [what, asked, others, expected] of cases) {
    it(what, () => {
      const found = why(asked, [ONE], others);
      if (expected === null) assert.equal(found, null);
      else assert.match(found ?? '', expected);
    });
  }
});
