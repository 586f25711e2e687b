import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import * as fc from 'fast-check';
import { afterChanges } from '../../src/calico/after-changes.ts';
import type { CalicoChange } from '../../src/calico/change.ts';
import {
  guardChanges,
  guardedIps,
  unguardChanges,
  type WantedGuard,
} from '../../src/calico/guard-changes.ts';
import type { GuardedService } from '../../src/calico/guard-policies.ts';
import type { CalicoObjects } from '../../src/calico/read-objects.ts';
import { undoOf } from '../../src/calico/undo-of.ts';
import type { ApiObject } from '../../src/snapshot/trim.ts';
import { ask, ip, PLACE, toService } from './ask.ts';
import { ALLOWING, buildObjects, endpoint } from './build-objects.ts';

const WEB: GuardedService = {
  key: 'default/web',
  ports: [{ port: 80, protocol: 'TCP' }],
  sources: ['20.1.0.165/32'],
};
const NODES = new Set(['k0', 'k2']);
const K2 = { node: 'k2', interface: 'ens34', addresses: ['20.1.0.150'] };

function wanted(changes: Partial<WantedGuard> = {}): WantedGuard {
  const guard = { ip: ip('20.1.0.167'), services: [WEB], order: null, places: [PLACE, K2] };
  return { ...guard, nodes: NODES, ...changes };
}

/** Each change in a few words. */
function lines(changes: readonly CalicoChange[]): string[] {
  return changes.map((change) => {
    if (change.type === 'mark') return `mark ${change.name} ${change.ips.join(' ')}`.trim();
    if (change.type === 'delete') return `delete ${change.name}`;
    return `put ${change.object.name}`;
  });
}

function withEndpoints(...hostendpoints: ApiObject[]): CalicoObjects {
  return buildObjects({ hostendpoints });
}

const NOTHING = withEndpoints();
const AUTOMATIC = endpoint(
  'k0-auto-hep',
  { interfaceName: '*', profiles: ['projectcalico-default-allow', 'corporate'] },
  { 'projectcalico.org/created-by': 'calico-kube-controllers', zone: 'dmz' },
);

describe('the guard of an address', () => {
  it('is two policies, and behind them an endpoint for each interface', () => {
    const { changes, unknown } = guardChanges(NOTHING, wanted());
    assert.deepEqual(unknown, []);
    assert.deepEqual(lines(changes), [
      'put extip-allow-20-1-0-167',
      'put extip-deny-20-1-0-167',
      'put k0-ens34',
      'put k2-ens34',
    ]);
  });

  it('consists of these objects', () => {
    const objects = afterChanges(NOTHING, guardChanges(NOTHING, wanted()).changes);
    const rule = { destination: { nets: ['20.1.0.167/32'] } };
    assert.deepEqual(
      objects.globalPolicies.map(({ metadata, spec }) => [metadata.annotations, spec]),
      [
        [
          { 'extip.dev/ip': '20.1.0.167' },
          {
            order: 100,
            selector: "extip-external == 'true'",
            types: ['Ingress'],
            preDNAT: true,
            applyOnForward: true,
            ingress: [
              {
                action: 'Allow',
                protocol: 'TCP',
                source: { nets: ['20.1.0.165/32'] },
                destination: { nets: ['20.1.0.167/32'], ports: [80] },
                metadata: { annotations: { 'extip.dev/service': 'default/web' } },
              },
            ],
          },
        ],
        [
          { 'extip.dev/ip': '20.1.0.167' },
          {
            order: 110,
            selector: "extip-external == 'true'",
            types: ['Ingress'],
            preDNAT: true,
            applyOnForward: true,
            ingress: [
              { action: 'Allow', protocol: 'ICMP', ...rule },
              { action: 'Deny', ...rule },
            ],
          },
        ],
      ],
    );
    const [own] = objects.hostEndpoints;
    assert.deepEqual(own?.metadata.labels, {
      'extip-external': 'true',
      'extip.dev/owner': 'guard',
    });
    assert.deepEqual(own?.spec, {
      node: 'k0',
      interfaceName: 'ens34',
      profiles: ['projectcalico-default-allow'],
    });
  });

  it('lets the sources in, and nobody else', () => {
    const objects = afterChanges(NOTHING, guardChanges(NOTHING, wanted()).changes);
    const from = (source: string) => ask(objects, toService(source)).outcome;
    assert.equal(from('20.1.0.165'), 'allowed');
    assert.equal(from('20.1.0.77'), 'denied');
  });

  it('of IPv6 lets ICMPv6 through, which neighbours are found by', () => {
    const { changes } = guardChanges(NOTHING, wanted({ ip: ip('2001:db8::167') }));
    const [, deny] = changes;
    assert.ok(deny?.type === 'put' && deny.object.kind === 'GlobalNetworkPolicy');
    assert.equal(deny.object.spec.ingress?.[0]?.protocol, 'ICMPv6');
  });

  it('has the rules of all Services of the address', () => {
    const secure = {
      key: 'default/secure',
      ports: [{ port: 443, protocol: 'TCP' }],
      sources: null,
    };
    const { changes } = guardChanges(NOTHING, wanted({ services: [secure, WEB] }));
    const [allow] = changes;
    assert.ok(allow?.type === 'put' && allow.object.kind === 'GlobalNetworkPolicy');
    assert.deepEqual(
      allow.object.spec.ingress?.map(({ source, destination }) => [
        source?.nets ?? 'anybody',
        destination?.ports,
      ]),
      [
        ['anybody', [443]],
        [['20.1.0.165/32'], [80]],
      ],
    );
  });
});

describe('the endpoint of an interface', () => {
  it('takes over labels and profiles of the one for all interfaces, but not who made it', () => {
    const objects = withEndpoints(AUTOMATIC);
    const after = afterChanges(objects, guardChanges(objects, wanted()).changes);
    const own = after.hostEndpoints.find(({ metadata }) => metadata.name === 'k0-ens34');
    assert.deepEqual(own?.metadata.labels, {
      zone: 'dmz',
      'extip-external': 'true',
      'extip.dev/owner': 'guard',
    });
    assert.deepEqual(own?.spec.profiles, ['corporate', 'projectcalico-default-allow']);
    assert.deepEqual(JSON.parse(own?.metadata.annotations?.['extip.dev/guard'] ?? ''), {
      version: 1,
      ips: ['20.1.0.167'],
      copied: {
        from: 'k0-auto-hep',
        labels: { zone: 'dmz' },
        profiles: ['projectcalico-default-allow', 'corporate'],
      },
    });
  });

  it('follows when the one that it was copied from changes', () => {
    const before = withEndpoints(AUTOMATIC);
    const guarded = afterChanges(before, guardChanges(before, wanted()).changes);
    const moved = {
      ...guarded,
      hostEndpoints: guarded.hostEndpoints.map((one) =>
        one.metadata.name === 'k0-auto-hep'
          ? { ...one, metadata: { ...one.metadata, labels: { zone: 'lan' } } }
          : one,
      ),
    };
    assert.deepEqual(lines(guardChanges(moved, wanted()).changes), ['put k0-ens34']);
  });

  it('is marked where somebody made one for the interface, and nothing else of it is touched', () => {
    const objects = withEndpoints(endpoint('perimeter', ALLOWING, { zone: 'dmz' }));
    const { changes } = guardChanges(objects, wanted());
    assert.deepEqual(lines(changes).slice(2), ['mark perimeter 20.1.0.167', 'put k2-ens34']);
    const [marked] = afterChanges(objects, changes).hostEndpoints;
    assert.deepEqual(marked?.metadata.labels, { zone: 'dmz', 'extip-external': 'true' });
    assert.deepEqual(marked?.spec, objects.hostEndpoints[0]?.spec);
  });

  it('serves several addresses, and goes with the last', () => {
    const other = wanted({ ip: ip('20.1.0.168'), places: [PLACE] });
    const first = afterChanges(NOTHING, guardChanges(NOTHING, wanted({ places: [PLACE] })).changes);
    const both = afterChanges(first, guardChanges(first, other).changes);
    assert.deepEqual([...guardedIps(both)].sort(), ['20.1.0.167', '20.1.0.168']);
    assert.deepEqual(lines(unguardChanges(both, ip('20.1.0.167'))), [
      'put k0-ens34',
      'delete extip-deny-20-1-0-167',
      'delete extip-allow-20-1-0-167',
    ]);
    const left = afterChanges(both, unguardChanges(both, ip('20.1.0.167')));
    assert.deepEqual(lines(unguardChanges(left, ip('20.1.0.168')))[0], 'delete k0-ens34');
  });

  it('is left where the address is no longer on its segment', () => {
    const guarded = afterChanges(NOTHING, guardChanges(NOTHING, wanted()).changes);
    const { changes } = guardChanges(guarded, wanted({ places: [PLACE] }));
    assert.deepEqual(lines(changes), ['delete k2-ens34']);
  });

  it('stays where its node could not be read', () => {
    const guarded = afterChanges(NOTHING, guardChanges(NOTHING, wanted()).changes);
    const nodes = new Set(['k0']);
    assert.deepEqual(guardChanges(guarded, wanted({ places: [PLACE], nodes })).changes, []);
  });

  it('that cannot be known is said', () => {
    const objects = buildObjects({}, { hostendpoints: 'forbidden' });
    const { unknown } = guardChanges(objects, wanted({ places: [PLACE] }));
    assert.deepEqual(unknown, [{ place: PLACE, reason: 'host endpoints: forbidden' }]);
  });
});

describe('changes of a guard', () => {
  const endpoints = fc.subarray([
    AUTOMATIC,
    endpoint('perimeter', ALLOWING, { zone: 'dmz' }),
    endpoint('k2-own', { node: 'k2' }),
    endpoint('k2-all', { node: 'k2', interfaceName: '*' }),
  ]);
  const guards = fc.array(
    fc.record({
      ip: fc.constantFrom('20.1.0.167', '20.1.0.168', '2001:db8::167').map(ip),
      services: fc.constantFrom([WEB], [{ ...WEB, sources: null }], []),
      order: fc.constantFrom(null, 50),
      places: fc.subarray([PLACE, K2]),
      nodes: fc.constant(NODES),
    }),
    { maxLength: 4 },
  );

  it('have nothing to do the second time, and leave nothing behind at the end', () => {
    fc.assert(
      fc.property(endpoints, guards, (hostendpoints, wishes) => {
        const before = withEndpoints(...hostendpoints);
        let objects = before;
        for (const wish of wishes) {
          const { changes } = guardChanges(objects, wish);
          objects = afterChanges(objects, changes);
          assert.deepEqual(guardChanges(objects, { ...wish, order: null }).changes, []);
        }
        for (const { ip: one } of wishes) {
          objects = afterChanges(objects, unguardChanges(objects, one));
        }
        assert.deepEqual(essence(objects), essence(before));
      }),
    );
  });

  it('are taken back one by one', () => {
    fc.assert(
      fc.property(endpoints, guards, (hostendpoints, wishes) => {
        let objects = withEndpoints(...hostendpoints);
        for (const wish of wishes) {
          for (const change of guardChanges(objects, wish).changes) {
            const after = afterChanges(objects, [change]);
            const back = afterChanges(after, [undoOf(objects, change)]);
            assert.deepEqual(essence(back), essence(objects));
            objects = after;
          }
        }
      }),
    );
  });
});

/** Objects by name, with what a guard may touch. */
function essence({ hostEndpoints, globalPolicies }: CalicoObjects): unknown {
  return [...hostEndpoints, ...globalPolicies]
    .map(({ metadata: { name, labels, annotations }, spec }) => ({
      name,
      labels: labels ?? {},
      annotations: annotations ?? {},
      spec,
    }))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

describe('policies that Calico 3.29.0 to 3.29.3 stored with the tier before their names', () => {
  const stored = (objects: CalicoObjects): CalicoObjects => ({
    ...objects,
    globalPolicies: objects.globalPolicies.map(({ metadata, ...rest }) => ({
      ...rest,
      metadata: { ...metadata, name: `default.${metadata.name}` },
    })),
  });
  const before = stored(afterChanges(NOTHING, guardChanges(NOTHING, wanted()).changes));
  const ALLOW = 'default.extip-allow-20-1-0-167';
  const widened = wanted({ services: [{ ...WEB, sources: null }] });

  it('are there: nothing is to be done', () => {
    assert.deepEqual(guardChanges(before, wanted()).changes, []);
  });

  it('are changed by the name that they have, and changed back', () => {
    const { changes } = guardChanges(before, widened);
    assert.deepEqual(lines(changes), [`put ${ALLOW}`]);
    const after = afterChanges(before, changes);
    assert.equal(after.globalPolicies.length, 2);
    assert.deepEqual(lines(changes.map((change) => undoOf(before, change))), [`put ${ALLOW}`]);
    assert.deepEqual(
      lines(guardChanges(after, wanted()).changes),
      [`put ${ALLOW}`],
      'another run reads them so',
    );
  });

  it('are found where they were put by their own names', () => {
    const [change] = guardChanges(NOTHING, widened).changes;
    assert.ok(change?.type === 'put');
    const { globalPolicies } = afterChanges(before, [change]);
    assert.deepEqual(globalPolicies.map(({ metadata }) => metadata.name).sort(), [
      ALLOW,
      'default.extip-deny-20-1-0-167',
    ]);
    assert.deepEqual(lines([undoOf(before, change)]), [`put ${ALLOW}`]);
  });

  it('go with the guard', () => {
    const changes = unguardChanges(before, ip('20.1.0.167'));
    const left = afterChanges(before, changes);
    assert.deepEqual([left.globalPolicies, left.hostEndpoints], [[], []]);
    assert.deepEqual(lines(changes).slice(-2), [
      'delete default.extip-deny-20-1-0-167',
      `delete ${ALLOW}`,
    ]);
  });
});
