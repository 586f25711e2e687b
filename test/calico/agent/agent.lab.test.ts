/** What the evaluator says of a packet is what becomes of it with Calico's real agent, and so is what extip guard show says. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { GuardReportDocument } from '../../../src/output/documents.ts';
import { on } from '../../commands/observe.ts';
import { type Lab, skipWithoutLab, startLab } from '../../lab/harness.ts';
import { waitFor } from '../../lab/wait.ts';
import { ALLOWING, endpoint, guardOf } from '../build-objects.ts';
import { REACHABILITY } from '../reachability-cases.ts';
import { compare, worldsOf } from './compare.ts';
import { ON_K2, type Probe, prepareGround } from './ground.ts';
import { reached } from './reached.ts';

/** The same worlds each time; test/full/calico plays others. */
const SEED = 7;
const WORLDS = 4;

describe("Calico's agent", { skip: await skipWithoutLab() }, () => {
  let lab: Lab;
  before(async () => {
    lab = await startLab('s2');
    await prepareGround(lab);
  });
  after(() => lab?.down());

  for (const one of REACHABILITY) {
    it(`${one.name}: ${one.seen}`, async () => {
      const { disagreed, seen } = await reached(lab, one, ON_K2);
      assert.deepEqual(disagreed, []);
      assert.equal(seen, one.seen);
    });
  }

  it(`does what the evaluator says, of ${WORLDS} random sets of objects`, async () => {
    for (const world of worldsOf(SEED, WORLDS)) {
      const { disagreed } = await compare(lab, world);
      assert.deepEqual(disagreed, []);
    }
  });

  describe('extip guard show', () => {
    const guard = {
      hostendpoints: [endpoint('k0-ens34', ALLOWING, { guarded: 'true' })],
      globalnetworkpolicies: guardOf('20.1.0.165/32'),
    };
    const probes = ['20.1.0.165', '20.1.0.77'].map(
      (source): Probe => ({
        from: 'client',
        protocol: 'tcp',
        source,
        destination: '20.1.0.167',
        port: 80,
      }),
    );
    let seen: boolean[];
    before(async () => {
      ({ seen } = await compare(lab, { objects: guard, probes }));
    });

    async function show(...args: string[]): Promise<GuardReportDocument> {
      const words = ['guard', 'show', ...args, '-o', 'json'];
      const { stdout, stderr } = await lab.extip(...words);
      return GuardReportDocument.parse(JSON.parse(stdout || stderr));
    }

    const onK0 = ({ addresses }: GuardReportDocument) =>
      addresses[0]?.interfaces
        .filter(({ node }) => node === 'k0')
        .flatMap(({ ports }) => ports.flatMap(({ reach }) => reach.map(({ outcome }) => outcome)));

    it('says what is seen of a client, permitted or not', async () => {
      assert.deepEqual(seen, [true, false]);
      for (const [index, { source }] of probes.entries()) {
        const said = await show('one', '--from', source);
        assert.deepEqual(onK0(said), [seen[index] ? 'allowed' : 'denied'], source);
      }
    });

    it('says it of everybody, and of a snapshot the same', async () => {
      const live = await show('20.1.0.167');
      assert.deepEqual(onK0(live), ['allowed', 'denied']);
      assert.equal(live.calico.api, 'projectcalico.org/v3');
      await on(lab, 'operator', 'extip snapshot capture /tmp/s.tar.gz');
      const { addresses } = await show('20.1.0.167', '--snapshot', '/tmp/s.tar.gz');
      assert.deepEqual(addresses, live.addresses);
    });

    it("says it where Calico's own API server is not there, of what Calico keeps", async () => {
      await on(lab, 'operator', 'kubectl delete apiservice v3.projectcalico.org');
      const stored = await waitFor('the API to be gone', async () => {
        const said = await show('one');
        if (said.calico.api === 'projectcalico.org/v3') throw new Error('it is there');
        return said;
      });
      assert.deepEqual(onK0(stored), ['allowed', 'denied']);
      assert.equal(stored.calico.api, 'crd.projectcalico.org/v1');
    });
  });
});
