import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { parseIp } from '../../src/net/ip.ts';
import type { ServiceChange } from '../../src/plan/action.ts';
import { changedService, patchBetween, servicePatch } from '../../src/plan/service-patch.ts';
import type { Service } from '../../src/snapshot/kubernetes.ts';
import { externalIPs } from '../../src/snapshot/queries.ts';
import { ASSIGNMENTS_ANNOTATION, readAssignments } from '../../src/snapshot/records.ts';
import { buildAssigned, buildAssignment, buildService, IP } from '../build-snapshot.ts';
import { applyJsonPatch, patchedByServer } from './apply-json-patch.ts';

const ENTRY = '/metadata/annotations/extip.dev~1assignments';
const TEST = { op: 'test', path: '/metadata/resourceVersion', value: '1' };
const assignment = buildAssignment();
const value = `{"version":1,"assignments":[${JSON.stringify(assignment)}]}`;
const owned = { annotations: { owner: 'somebody' } };
const SIX = '2001:db8::1';

type Case = [what: string, service: Service, change: ServiceChange, operations: unknown[]];
const CASES: Case[] = [
  [
    'the first assignment makes the annotations',
    buildService(),
    { ip: IP, assignment },
    [{ op: 'add', path: '/metadata/annotations', value: { [ASSIGNMENTS_ANNOTATION]: value } }],
  ],
  [
    "others' annotations stay",
    buildService(owned),
    { ip: IP, assignment },
    [{ op: 'add', path: ENTRY, value }],
  ],
  [
    'the last assignment takes the annotations with it',
    buildAssigned([assignment], {}, {}),
    { ip: IP, assignment: null },
    [{ op: 'remove', path: '/metadata/annotations' }],
  ],
  [
    "the last assignment leaves others' annotations",
    buildService({ annotations: { owner: 'somebody', [ASSIGNMENTS_ANNOTATION]: value } }),
    { ip: IP, assignment: null },
    [{ op: 'remove', path: ENTRY }],
  ],
  [
    'the first external IP makes the list',
    buildService(),
    { ip: IP, externalIP: 'add' },
    [{ op: 'add', path: '/spec/externalIPs', value: [IP] }],
  ],
  [
    'a further external IP comes last',
    buildService({}, { externalIPs: ['20.1.0.9'] }),
    { ip: IP, externalIP: 'add' },
    [{ op: 'add', path: '/spec/externalIPs', value: ['20.1.0.9', IP] }],
  ],
  [
    'the last external IP takes the list with it',
    buildService({}, { externalIPs: [IP] }),
    { ip: IP, externalIP: 'remove' },
    [{ op: 'remove', path: '/spec/externalIPs' }],
  ],
  [
    'an external IP goes in every spelling, however often it is there',
    buildService({}, { externalIPs: ['2001:DB8::1', '20.1.0.9', SIX, '2001:db8:0::1'] }),
    { ip: SIX, externalIP: 'remove' },
    [{ op: 'add', path: '/spec/externalIPs', value: ['20.1.0.9'] }],
  ],
];

for (const [what, service, change, operations] of CASES) {
  test(what, () => assert.deepEqual(servicePatch(service, change), [TEST, ...operations]));
}

const NOTHING: [what: string, service: Service, change: ServiceChange][] = [
  ['nothing is asked for', buildService(), { ip: IP }],
  ['the address is there', buildService({}, { externalIPs: [IP] }), { ip: IP, externalIP: 'add' }],
  [
    'the address is there in another spelling',
    buildService({}, { externalIPs: ['2001:0DB8:0::1'] }),
    { ip: SIX, externalIP: 'add' },
  ],
  ['the address is gone', buildService(), { ip: IP, externalIP: 'remove' }],
  ['the assignment is recorded', buildAssigned([assignment]), { ip: IP, assignment }],
  ['the assignment is forgotten', buildService(owned), { ip: IP, assignment: null }],
];

for (const [what, service, change] of NOTHING) {
  test(`nothing is patched when ${what}`, () => {
    assert.deepEqual(servicePatch(service, change), []);
    assert.deepEqual(changedService(service, change), service);
  });
}

test('an annotation that extip cannot read is never overwritten', () => {
  const service = buildService({ annotations: { [ASSIGNMENTS_ANNOTATION]: '{"version":2}' } });
  for (const given of [assignment, null]) {
    assert.throws(() => servicePatch(service, { ip: IP, assignment: given }), {
      reason: 'damaged-annotation',
      nothingChanged: true,
    });
  }
});

const IPS = [IP, '20.1.0.9', SIX];
const SPELLINGS = [...IPS, '2001:DB8::1', '2001:db8:0:0::1', 'not-an-address'];

const service = fc
  .record({
    list: fc.option(fc.array(fc.constantFrom(...SPELLINGS), { minLength: 1, maxLength: 4 })),
    recorded: fc.subarray(IPS),
    others: fc.dictionary(fc.constantFrom('owner', 'a/b~c'), fc.string(), { maxKeys: 2 }),
  })
  .map(({ list, recorded, others }) => {
    const assigned = buildAssigned(recorded.map((ip) => buildAssignment({ ip }))).metadata;
    const annotations = { ...others, ...(recorded.length > 0 && assigned.annotations) };
    return buildService(
      Object.keys(annotations).length > 0 ? { annotations } : {},
      list ? { externalIPs: list } : {},
    );
  });

const change: fc.Arbitrary<ServiceChange> = fc
  .record(
    {
      ip: fc.constantFrom(...IPS),
      externalIP: fc.constantFrom('add' as const, 'remove' as const),
      assignment: fc.option(fc.constantFrom('assigning' as const, 'releasing' as const)),
    },
    { requiredKeys: ['ip'] },
  )
  .map(({ assignment: phase, ...rest }) => ({
    ...rest,
    ...(phase !== undefined && { assignment: phase && buildAssignment({ ip: rest.ip, phase }) }),
  }));

test('the patch makes the change and touches nothing else', () => {
  fc.assert(
    fc.property(service, change, (before, wanted) => {
      const after = applyJsonPatch(before, servicePatch(before, wanted));
      assert.deepEqual(after, changedService(before, wanted));

      const others = (text: string) => parseIp(text)?.text !== wanted.ip;
      assert.deepEqual(
        (after.spec.externalIPs ?? []).filter(others),
        (before.spec.externalIPs ?? []).filter(others),
      );
      const has = externalIPs(after).includes(wanted.ip);
      if (wanted.externalIP) assert.equal(has, wanted.externalIP === 'add');
      else assert.deepEqual(after.spec, before.spec);

      const entries = readAssignments(after).assignments;
      const entry = entries.find(({ ip }) => ip === wanted.ip);
      if (wanted.assignment !== undefined) assert.deepEqual(entry ?? null, wanted.assignment);
      else assert.deepEqual(after.metadata, before.metadata);
      assert.equal(after.metadata.annotations?.owner, before.metadata.annotations?.owner);
    }),
  );
});

test('the change taken back gives the Service as it was, with nothing empty left', () => {
  fc.assert(
    fc.property(service, fc.constantFrom(...IPS), (before, ip) => {
      fc.pre(!externalIPs(before).includes(ip));
      fc.pre(!readAssignments(before).assignments.some((entry) => entry.ip === ip));
      const made: ServiceChange = { ip, externalIP: 'add', assignment: buildAssignment({ ip }) };
      const undone: ServiceChange = { ip, externalIP: 'remove', assignment: null };
      const between = patchedByServer(before, servicePatch(before, made));
      const after = applyJsonPatch(between, servicePatch(between, undone));
      assert.deepEqual({ ...after, metadata: { ...after.metadata, resourceVersion: '1' } }, before);
    }),
  );
});

test('an address that was taken away goes back where and as it was', () => {
  fc.assert(
    fc.property(service, fc.constantFrom(...IPS), (before, ip) => {
      fc.pre(externalIPs(before).includes(ip));
      const was = before.spec.externalIPs ?? [];
      const between = changedService(before, { ip, externalIP: 'remove' });
      const after = changedService(between, { ip, externalIP: 'add', was });
      assert.deepEqual(after, before);
    }),
  );
});

test('an address goes back before what came after it, whatever others did to the list', () => {
  const was = ['20.1.0.1', IP, '20.1.0.2', '20.1.0.3'];
  const back = (...externalIPs: string[]) =>
    changedService(buildService({}, { externalIPs }), { ip: IP, externalIP: 'add', was }).spec
      .externalIPs;
  assert.deepEqual(back('20.1.0.9', '20.1.0.2'), ['20.1.0.9', IP, '20.1.0.2']);
  assert.deepEqual(back('20.1.0.3', '20.1.0.1'), [IP, '20.1.0.3', '20.1.0.1']);
  assert.deepEqual(back('20.1.0.1'), ['20.1.0.1', IP]);
  assert.deepEqual(back(IP, '20.1.0.2'), [IP, '20.1.0.2']);
});

test('several changes of one Service make one patch', () => {
  fc.assert(
    fc.property(service, fc.array(change, { maxLength: 4 }), (before, changes) => {
      const after = changes.reduce(changedService, before);
      assert.deepEqual(applyJsonPatch(before, patchBetween(before, after)), after);
    }),
  );
});
