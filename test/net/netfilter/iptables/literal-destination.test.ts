import { deepEqual } from 'node:assert/strict';
import { suite, test } from 'node:test';
import { readSave } from '../../../../src/net/netfilter/iptables/read-save.ts';
import { packet } from '../packets.ts';

suite('nextCandidate leaves out only rules for another address', () => {
  const cases: [string, boolean][] = [
    ['-A C -d 10.22.0.0/32 -j X', true],
    ['-A C -d 10.22.0.1/32 -j X', false],
    ['[1:2] -A C -d 10.22.0.1/32 -j X', false],
    ['-A C ! -d 10.22.0.1/32 -j X', true],
    ['-A C -d 10.22.0.1 -j X', true],
    ['-A C -d 10.22.0.1/31 -j X', true],
    ['-A C -d 10.22.0.1/24 -j X', true],
    ['-A C -d 10.22.0.01/32 -j X', true],
    ['-A C -d 10.22.0.256/32 -j X', true],
    ['-A C -d 10.22.0/32 -j X', true],
    ['-A C -s 10.22.0.1/32 -j X', true],
    ['-A C -j X', true],
  ];
  for (const [line, candidate] of cases) {
    test(`${line} → ${candidate ? 'asked' : 'left out'}`, () => {
      const dump = `*nat\n${line}\n-A C -j LAST\nCOMMIT\n`;
      const chain = readSave(dump).tables[0]?.chain('C');
      deepEqual(chain?.nextCandidate?.(0, packet()), candidate ? 0 : 1);
    });
  }

  test('behind the last there is none', () => {
    const chain = readSave('*nat\n-A C -d 10.22.0.1/32 -j X\nCOMMIT\n').tables[0]?.chain('C');
    deepEqual(chain?.nextCandidate?.(0, packet()), 1);
  });
});
