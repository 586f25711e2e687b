import { deepEqual } from 'node:assert/strict';
import { suite, test } from 'node:test';
import { readIpsetSave } from '../../../../src/net/netfilter/ipset/read-save.ts';
import { ipsetDumps } from '../iptables/dumps.ts';

const SAVE = `create plain hash:ip family inet hashsize 1024 maxelem 65536
create six hash:net family inet6 hashsize 1024 maxelem 65536 timeout 0
add plain 10.0.0.1
add plain 10.0.0.2 nomatch
add six fd00::/64 timeout 30
create wide hash:ip family inet hashsize 1024 maxelem 65536 netmask 24
add wide 10.0.5.0
create ports bitmap:port range 0-1023
add ports 80
create all list:set size 8
add all plain
`;

suite('readIpsetSave', () => {
  test('sets with their elements', () => {
    const { sets, problems } = readIpsetSave(SAVE);
    deepEqual(problems, []);
    deepEqual(
      [...sets.values()],
      [
        { name: 'plain', type: 'hash:ip', family: 4, elements: ['10.0.0.1', '10.0.0.2 nomatch'] },
        { name: 'six', type: 'hash:net', family: 6, elements: ['fd00::/64 timeout 30'] },
        { name: 'wide', type: 'hash:ip', family: 4, elements: ['10.0.5.0/24'] },
        { name: 'ports', type: 'bitmap:port', family: null, elements: ['80'] },
        { name: 'all', type: 'list:set', family: null, elements: ['plain'] },
      ],
    );
  });

  test('is the same with CRLF, indentation and remarks', () => {
    const pasted = `# mine\r\n${SAVE.replaceAll('\n', '\r\n').replaceAll('add', '  add')}`;
    deepEqual(readIpsetSave(pasted), readIpsetSave(SAVE));
  });

  const damaged: [string, string[]][] = [
    ['Name: plain', ['1:1 neither create nor add']],
    ['add plain 10.0.0.1', ['1:5 no set of this name is created before: plain']],
    ['create plain', ['1:13 a set without a type']],
    ['create a hash:ip family inet\n  add a', ['2:8 an element is expected']],
  ];
  for (const [text, problems] of damaged) {
    test(`${text.replace('\n', ' ; ')} → ${problems.join()}`, () => {
      deepEqual(
        readIpsetSave(text).problems.map((p) => `${p.line}:${p.column} ${p.message}`),
        problems,
      );
    });
  }

  for (const { name, bytes } of ipsetDumps) {
    test(`${name} is read with no problem`, () => {
      deepEqual(readIpsetSave(bytes.toString()).problems, []);
    });
  }
});
