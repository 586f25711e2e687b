/** What the evaluator says of a packet is what becomes of it with Calico's real agent. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { type Lab, skipWithoutLab, startLab } from '../../lab/harness.ts';
import { REACHABILITY } from '../reachability-cases.ts';
import { compare, worldsOf } from './compare.ts';
import { type Probe, prepareGround } from './ground.ts';

/** The same worlds each time; test/full/calico plays others. */
const SEED = 7;
const WORLDS = 6;

describe("Calico's agent", { skip: await skipWithoutLab() }, () => {
  let lab: Lab;
  before(async () => {
    lab = await startLab('s2');
    await prepareGround(lab);
  });
  after(() => lab?.down());

  for (const { name, client, objects, seen } of REACHABILITY) {
    it(`${name}: ${seen}`, async () => {
      const from = { from: 'client', protocol: 'tcp', source: client } as const;
      const probes: Probe[] = [
        { ...from, destination: '20.1.0.167', port: 80 },
        { ...from, destination: '20.1.0.167', port: 9000 },
        { ...from, destination: '20.1.0.160', port: 30080 },
        { ...from, from: 'k2', source: '20.1.0.150', destination: '20.1.0.160', port: 10250 },
        {
          from: 'k0',
          protocol: 'tcp',
          source: '20.1.0.160',
          destination: '20.1.0.165',
          port: 8000,
        },
      ];
      const { disagreed, seen: got } = await compare(lab, { objects, probes });
      assert.deepEqual(disagreed, []);
      assert.equal(got.map((one) => (one ? 'Y' : 'N')).join(''), seen);
    });
  }

  it(`does what the evaluator says, of ${WORLDS} random sets of objects`, async () => {
    for (const world of worldsOf(SEED, WORLDS)) {
      const { disagreed } = await compare(lab, world);
      assert.deepEqual(disagreed, []);
    }
  });
});
