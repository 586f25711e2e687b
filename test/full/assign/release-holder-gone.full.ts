import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { change, failure, list, plan } from '../../commands/extip.ts';
import {
  addressesOn,
  get,
  getsBothBackends,
  on,
  recordsOn,
  unchanged,
} from '../../commands/observe.ts';
import { type Lab, skipWithoutLab, startLab } from '../../lab/harness.ts';

const ip = '20.1.0.167';

describe('extip release --holder-gone', { skip: await skipWithoutLab() }, () => {
  let lab: Lab;
  before(async () => {
    lab = await startLab('s2');
    await change(lab, `assign svc-test-1 ${ip} --node k0`);
    await change(lab, `assign svc-test-2 ${ip} --node k0`);
  });
  after(() => lab?.down());

  // k0 serves the API as well, on ens33, which therefore stays up.
  const sshOnK0 = 'iptables -w %s INPUT -p tcp --dport 22 -j REJECT --reject-with tcp-reset';
  const stopSsh = () => on(lab, 'k0', sshOnK0.replace('%s', '-I'));
  const startSsh = () => on(lab, 'k0', sshOnK0.replace('%s', '-D'));

  it('is refused while the holder answers over ssh', async () => {
    const error = await unchanged(lab, () =>
      failure(lab, 7, `release svc-test-1 ${ip} --holder-gone -y`),
    );
    assert.equal(error.reason, 'holder-answers');
    assert.match(error.message, /k0 is not gone: it answers over ssh/);
  });

  it('is named where the holder cannot be reached, and refused while it carries the address', async () => {
    await stopSsh();
    await unchanged(lab, async () => {
      const released = await failure(lab, 1, `release svc-test-1 ${ip} -y`);
      assert.equal(released.reason, 'holder-unreachable');
      assert.match(released.message, /k0, which holds 20\.1\.0\.167, cannot be read: .*refused/);
      assert.match(released.help ?? '', /release default\/svc-test-1 20\.1\.0\.167 --holder-gone/);

      const moved = await failure(lab, 7, `assign svc-test-1 ${ip} --node k2 -y`);
      assert.match(moved.help ?? '', /--holder-gone/);

      const carried = await failure(lab, 7, `release svc-test-1 ${ip} --holder-gone -y`);
      assert.match(carried.message, /answered for by ([0-9a-f]{2}:){5}.*still carries it/);
    });
    const [item] = await list(lab);
    assert.equal(item?.state, 'unknown');
    assert.match(item?.problems.join() ?? '', /k0 is unreachable/);
  });

  it('is refused where nobody can ask, unless that is overridden', async () => {
    await on(lab, 'k2', 'ip link set ens34 down');
    await unchanged(lab, async () => {
      const unprobed = await failure(lab, 7, `release svc-test-1 ${ip} --holder-gone -y`);
      assert.equal(unprobed.reason, 'unprobed');
      assert.match(unprobed.message, /nobody could be asked whether k0 still carries/);
      const forced = await plan(lab, `release svc-test-1 ${ip} --holder-gone --force unprobed`);
      assert.match(forced.notes.join('\n'), /^overridden: nobody could be asked/m);
    });
    await on(lab, 'k2', 'ip link set ens34 up && ip route replace default via 20.1.0.1');
  });

  it('undoes the part in the cluster when nobody answers, of each Service; then another node may serve', async () => {
    await on(lab, 'k0', 'ip link set ens34 down');
    const gone = await change(lab, `release svc-test-1 ${ip} --holder-gone`);
    assert.match(
      gone.notes.join('\n'),
      /nobody answers for 20\.1\.0\.167 \(arping.* on k2 ens34\)/,
    );
    assert.match(gone.warnings.join('\n'), /k0 may still carry .* orphan once it is back/);

    const shared = await failure(lab, 7, `assign svc-test-1 ${ip} --node k2 -y`);
    assert.equal(shared.reason, 'held-elsewhere');
    assert.match(
      shared.help ?? '',
      /extip release default\/svc-test-2 20\.1\.0\.167 --holder-gone$/,
    );
    await change(lab, `release svc-test-2 ${ip} --holder-gone`);
    await change(lab, `assign svc-test-1 ${ip} --node k2`);
    await getsBothBackends(lab, 'client', ip);
    await getsBothBackends(lab, 'client2', ip);
  });

  it('leaves an orphan that list shows once the node is back, with the command that works', async () => {
    await on(lab, 'k0', 'ip link set ens34 up && ip route replace default via 20.1.0.1');
    await startSsh();
    const items = await list(lab);
    const orphan = items.find(({ state }) => state === 'orphan');
    assert.equal(orphan?.fix, `extip release --ip ${ip} --node k0`);
    const assigned = items.find(({ state }) => state !== 'orphan');
    assert.match(assigned?.problems.join() ?? '', /k0 has it too, on ens34/);

    await change(lab, `release --ip ${ip} --node k0`);
    assert.deepEqual(await addressesOn(lab, 'k0', 'ens34'), ['20.1.0.160/24']);
    assert.deepEqual(await recordsOn(lab, 'k0'), []);
    assert.deepEqual(
      (await list(lab)).map(({ node, state }) => [node, state]),
      [['k2', 'assigned']],
    );
    await getsBothBackends(lab, 'client', ip);
    await change(lab, `release svc-test-1 ${ip}`);
    assert.equal(await get(lab, 'client', ip), '');
  });
});
