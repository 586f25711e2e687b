import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { type Lab, skipWithoutLab, startLab } from '../lab/harness.ts';
import { change, failure, listed } from './extip.ts';
import {
  addressesOn,
  externalIPsOf,
  get,
  getsBothBackends,
  on,
  recordsOn,
  stateOf,
  unchanged,
} from './observe.ts';

const ip = '20.1.0.167';
const other = '20.1.0.168';

describe('extip assign', { skip: await skipWithoutLab() }, () => {
  let lab: Lab;
  before(async () => {
    lab = await startLab('s2');
  });
  after(() => lab?.down());

  it('serves the address to clients on the segment and behind a router; release undoes it', async () => {
    assert.equal(await get(lab, 'client', ip), '');
    const untouched = await stateOf(lab);

    const done = await change(lab, `assign svc-test-1 ${ip} --node k0 --from client`);
    const service = { namespace: 'default', name: 'svc-test-1' };
    assert.deepEqual(done.changes, [
      {
        verb: 'assign',
        service,
        ip,
        node: 'k0',
        interface: 'ens34',
        persistence: 'survives reboot',
      },
    ]);
    assert.equal(done.changed, true);
    assert.deepEqual(
      done.checks.map(({ name, outcome }) => `${name} ${outcome}`),
      ['rules passed', 'connect passed', 'neighbour passed', 'outside passed'],
    );
    await getsBothBackends(lab, 'client', ip);
    await getsBothBackends(lab, 'client2', ip);
    assert.match(await on(lab, 'k0', 'ip addr'), /inet 20\.1\.0\.167\/32 .* ens34:extip/);
    assert.deepEqual(await externalIPsOf(lab, 'svc-test-1'), [ip]);
    assert.deepEqual(await recordsOn(lab, 'k0'), [ip]);
    assert.deepEqual(await addressesOn(lab, 'k2', 'ens34'), ['20.1.0.150/24']);

    const again = await unchanged(lab, () => change(lab, `assign svc-test-1 ${ip}`));
    assert.deepEqual([again.changed, again.steps], [false, []]);

    await change(lab, `release svc-test-1 ${ip}`);
    assert.equal(await stateOf(lab), untouched);
    assert.equal(await get(lab, 'client', ip), '');
    const gone = await unchanged(lab, () => change(lab, `release svc-test-1 ${ip}`));
    assert.equal(gone.changed, false);
  });

  it('takes all back where the host named by --from does not get through', async () => {
    await on(lab, 'client2', 'ip route add blackhole 20.1.0.0/24');
    const error = await unchanged(lab, () =>
      failure(lab, 1, `assign svc-test-1 ${ip} --node k0 --from client2 -y`),
    );
    await on(lab, 'client2', 'ip route del blackhole 20.1.0.0/24');
    assert.equal(error.reason, 'not-verified');
    assert.match(error.message, /^outside: 20\.1\.0\.167:80 from client2: /);
  });

  it('announces and verifies what is on lo on the segment that it belongs to', async () => {
    const done = await change(lab, `assign svc-test-1 ${ip} --node k0 --interface lo`);
    const [told] = done.steps.filter(({ id }) => id === 'announce');
    assert.equal(told?.title, `tell the neighbours on ens34 that k0 has ${ip}`);
    const mac = (await on(lab, 'k0', 'cat /sys/class/net/ens34/address')).trim();
    const [neighbour] = done.checks.filter(({ name }) => name === 'neighbour');
    assert.equal(neighbour?.detail, `${mac} answers for ${ip} (arping on k2 ens34)`);
    await getsBothBackends(lab, 'client', ip);
    await change(lab, `release svc-test-1 ${ip}`);
  });

  it('shares an address among Services, and gives one Service several', async () => {
    const untouched = await stateOf(lab);
    await change(lab, `assign default/svc-test-1 ${ip} --node k0`);
    const one = await stateOf(lab);
    const elsewhere = await failure(lab, 7, `assign svc-test-2 ${ip} --node k2 -y`);
    assert.match(elsewhere.message, /is on k0 ens34, for default\/svc-test-1/);

    // The place is known: no --node is needed, and the address is there already.
    const shared = await change(lab, `assign svc/svc-test-2 ${ip}`);
    assert.ok(!shared.steps.some(({ id }) => id === 'add-address'));
    await getsBothBackends(lab, 'client', `${ip}:80`);
    await getsBothBackends(lab, 'client', `${ip}:8081`);
    await change(lab, `release svc-test-2 ${ip}`);
    assert.equal(await stateOf(lab), one);
    await getsBothBackends(lab, 'client', `${ip}:80`);

    // The login need not be root's.
    await change(lab, `assign svc-test-1 ${other} --node k2 --ssh k2=ops@k2`);
    for (const address of [ip, other]) await getsBothBackends(lab, 'client', address);
    assert.equal((await listed(lab, other)).node, 'k2');
    const which = await failure(lab, 2, 'release svc-test-1 -y');
    assert.equal(which.reason, 'ambiguous-address');
    assert.match(which.message, /20\.1\.0\.167, 20\.1\.0\.168/);
    const all = await change(lab, 'release svc-test-1 --all');
    assert.equal(all.changes.length, 2);
    assert.equal(await stateOf(lab), untouched);
  });
});
