import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  ASSIGNMENTS_ANNOTATION,
  MAX_ASSIGNMENTS,
  readAssignments,
  readNodeRecord,
  writeAssignments,
} from '../../src/snapshot/records.ts';
import { buildAssignment, buildRecord, IP } from '../build-snapshot.ts';

function read(annotation: string) {
  const metadata = { name: 'web', annotations: { [ASSIGNMENTS_ANNOTATION]: annotation } };
  return readAssignments({ metadata });
}

function readEntry(changes: object) {
  return read(JSON.stringify({ version: 1, assignments: [{ ...buildAssignment(), ...changes }] }));
}

test('a Service without the annotation has no assignments', () => {
  assert.deepEqual(readAssignments({ metadata: { name: 'web' } }), { assignments: [] });
  assert.deepEqual(readAssignments({ metadata: { name: 'web', annotations: {} } }), {
    assignments: [],
  });
});

test('what extip writes is what it reads', () => {
  const assignments = [
    buildAssignment(),
    buildAssignment({ ip: '2001:db8::1', node: 'k2.example.org', phase: 'releasing' }),
    buildAssignment({ ip: '20.1.0.168', interface: 'enp130s0f0np0', preexisting: true, by: '' }),
  ];
  assert.deepEqual(read(writeAssignments(assignments)), { assignments });
  assert.deepEqual(read(writeAssignments([])), { assignments: [] });
});

const STRANGE_ENTRIES: [why: string, changes: object][] = [
  ['an unknown key', { command: 'reboot' }],
  ['a key of JavaScript', JSON.parse('{"__proto__": {"phase": "assigned"}}')],
  ['a missing key', { node: undefined }],
  ['no address', { ip: 'localhost' }],
  ['an address with a prefix', { ip: '20.1.0.167/24' }],
  ['everything', { ip: '0.0.0.0/0' }],
  ['an octal address', { ip: '020.1.0.167' }],
  ['an IPv6 address that is not canonical', { ip: '2001:DB8::1' }],
  ['a zone', { ip: 'fe80::1%eth0' }],
  ['a number', { ip: 335610023 }],
  ['a node that is a command', { node: '$(reboot)' }],
  ['a node that looks like an option', { node: '-oProxyCommand=reboot' }],
  ['a node with a path', { node: '../k0' }],
  ['no node', { node: '' }],
  ['a node that is too long', { node: 'k'.repeat(254) }],
  ['a node with a line break', { node: 'k0\n' }],
  ['an interface with a path', { interface: '../../etc' }],
  ['an interface with a blank', { interface: 'ens34 label' }],
  ['an interface with a terminal escape', { interface: 'e\x1b[2J' }],
  ['an interface with a colon', { interface: 'ens34:1' }],
  ['an interface of 16 characters', { interface: 'e'.repeat(16) }],
  ['the folder itself for an interface', { interface: '..' }],
  ['an unknown method', { method: 'bgp' }],
  ['an unknown phase', { phase: 'done' }],
  ['a word for a truth value', { preexisting: 'false' }],
  ['a terminal escape in who it was', { by: '\x1b]0;root\x07' }],
  ['a long text for who it was', { by: 'x'.repeat(513) }],
  ['a time that is none', { at: 'yesterday' }],
  ['a time with an offset', { at: '2026-03-01T10:00:00+01:00' }],
];

for (const [why, changes] of STRANGE_ENTRIES) {
  test(`an annotation is damaged as a whole by an entry with ${why}`, () => {
    const state = readEntry(changes);
    assert.deepEqual(state.assignments, []);
    assert.match(state.damaged ?? '', /^assignments\.0/);
  });
}

const STRANGE_TEXTS: [why: string, text: string, damaged: RegExp][] = [
  ['nothing', '', /is not JSON/],
  ['half of it', '{"version":1,', /is not JSON/],
  ['a list', '[]', /^document/],
  ['null', 'null', /^document/],
  ['an unknown version', '{"version":2,"assignments":[]}', /^version/],
  ['a version in words', '{"version":"1","assignments":[]}', /^version/],
  ['no version', '{"assignments":[]}', /^version/],
  ['an unknown key', '{"version":1,"assignments":[],"run":"reboot"}', /^document/],
  ['a map for the list', '{"version":1,"assignments":{}}', /^assignments/],
  ['1 MB', `{"version":1,"assignments":[${' '.repeat(1_000_000)}]}`, /^1000030 bytes long/],
  ['deep nesting', '['.repeat(30_000), /is not JSON/],
  [
    'one address twice',
    writeAssignments([buildAssignment(), buildAssignment({ node: 'k2' })]),
    /names an address twice/,
  ],
  [
    'more entries than extip writes',
    writeAssignments(
      Array.from({ length: MAX_ASSIGNMENTS + 1 }, (_, i) => buildAssignment({ ip: `20.1.1.${i}` })),
    ),
    /^assignments/,
  ],
];

for (const [why, text, damaged] of STRANGE_TEXTS) {
  test(`an annotation is damaged that holds ${why}`, () => {
    const state = read(text);
    assert.deepEqual(state.assignments, []);
    assert.match(state.damaged ?? '', damaged);
  });
}

test('whatever is in the annotation: assignments that extip could have written, or the reason', () => {
  const entry = fc
    .dictionary(fc.constantFrom(...Object.keys(buildAssignment()), 'x'), fc.jsonValue())
    .map((changes) => ({ ...buildAssignment(), ...changes }));
  const annotation = fc.oneof(
    fc.json(),
    fc.string(),
    fc.array(entry, { maxLength: 2 }).map((assignments) => {
      return JSON.stringify({ version: 1, assignments });
    }),
  );
  fc.assert(
    fc.property(annotation, (text) => {
      const state = read(text);
      if (state.damaged === undefined) {
        assert.deepEqual(JSON.parse(writeAssignments(state.assignments)), JSON.parse(text));
      } else assert.deepEqual(state.assignments, []);
    }),
  );
});

test('a node record is what extip wrote, in the file of its address', () => {
  assert.deepEqual(readNodeRecord(`${IP}.json`, JSON.stringify(buildRecord())), buildRecord());
  const six = buildRecord({ ip: '2001:db8::1', prefix: 128, label: null });
  assert.deepEqual(readNodeRecord('2001:db8::1.json', JSON.stringify(six)), six);
});

const STRANGE_RECORDS: [why: string, changes: object, error: RegExp][] = [
  ['it is of another address', { ip: '20.1.0.168' }, /another address, 20\.1\.0\.168/],
  ['its prefix is that of a subnet', { prefix: 24 }, /^prefix/],
  ['its prefix is everything', { prefix: 0 }, /^prefix/],
  ['its prefix is of the other family', { prefix: 128 }, /^prefix 128/],
  ['its version is unknown', { version: 2 }, /^version/],
  ['it has an unknown key', { restore: 'reboot' }, /^document/],
  ['its interface is a path', { interface: 'a/b' }, /^interface/],
  ['nobody uses it', { services: [] }, /^services/],
  ['its cluster is not a uid', { cluster: 'a b' }, /^cluster/],
  [
    'a Service is a command',
    { services: [{ namespace: 'default', name: '$(reboot)', uid: 'u', runId: 'r' }] },
    /^services\.0\.name/,
  ],
];

for (const [why, changes, error] of STRANGE_RECORDS) {
  test(`a file is no node record when ${why}`, () => {
    const record = readNodeRecord(`${IP}.json`, JSON.stringify({ ...buildRecord(), ...changes }));
    assert.ok('error' in record);
    assert.match(record.error, error);
  });
}

for (const file of ['fence', `${IP}.json.new`, `${IP}.JSON`, `../${IP}.json`, '020.1.0.167.json']) {
  test(`a node record does not count in the file ${file}`, () => {
    assert.ok('error' in readNodeRecord(file, JSON.stringify(buildRecord())));
  });
}
