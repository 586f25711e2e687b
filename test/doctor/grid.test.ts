import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { CHECKS } from '../../src/doctor/checks/index.ts';
import { examine } from './broken-snapshot.ts';
import { CASES } from './cases/index.ts';

describe('every snapshot: what is wrong is found, and nothing else', () => {
  for (const { what, snapshot, composed, finds, tells = [], ...options } of CASES) {
    it(`${snapshot}${composed ? ', composed' : ''}: ${what}`, async () => {
      const { findings } = await examine(snapshot, composed, options);
      const lines = (isInfo: boolean) =>
        findings
          .filter(({ severity }) => (severity === 'info') === isInfo)
          .map(({ code, object }) => `${code} ${object}`)
          .sort();
      assert.deepEqual(
        [...new Set(lines(false))],
        [...finds].sort(),
        JSON.stringify(findings, null, 2),
      );
      const told = lines(true);
      for (const line of tells)
        assert.ok(told.includes(line), `${line} is not among ${told.join()}`);
    });
  }
});

it('for every code there is a snapshot that has it', () => {
  const found = new Set(
    CASES.flatMap(({ finds, tells = [] }) => [...finds, ...tells]).map(
      (line) => line.split(' ')[0],
    ),
  );
  const without = CHECKS.map(({ code }) => code).filter((code) => !found.has(code));
  assert.deepEqual(without, []);
});
