import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { change, listed } from '../../commands/extip.ts';
import { addressesOn, get, on, stateOf } from '../../commands/observe.ts';
import { type Lab, skipWithoutLab, startLab } from '../../lab/harness.ts';

const ip = '20.1.0.167';
const other = '20.1.0.168';

/** The usual case is in test/commands/reboot.lab.test.ts. */
describe('a reboot of the node', { skip: await skipWithoutLab() }, () => {
  let lab: Lab;
  let untouched: string;
  before(async () => {
    lab = await startLab('s2');
    untouched = await stateOf(lab);
  });
  after(() => lab?.down());

  it('takes the address along with --no-persist, as plan, result and list say', async () => {
    const command = `assign svc-test-2 ${other} --node k0 --no-persist`;
    const { stdout, exitCode } = await lab.extip(...command.split(' '), '-y');
    assert.equal(exitCode, 0);
    assert.match(stdout, /is served on 20\.1\.0\.168, held by k0 ens34 until reboot$/m);
    const again = await lab.extip(...command.split(' '), '--dry-run=client', '-o', 'json');
    assert.match(again.stdout, /20\.1\.0\.168 stays on k0 until reboot: --no-persist/);
    assert.equal((await listed(lab, other)).persistence, 'until reboot');
    assert.doesNotMatch((await lab.reboot('k0')).stderr, /20\.1\.0\.168/);
    assert.ok(!(await addressesOn(lab, 'k0', 'ens34')).includes(`${other}/32`));
    await change(lab, `release svc-test-2 ${other}`);
  });

  it('ends what is on a node where no unit can be installed, which is said', async () => {
    await on(lab, 'k0', 'mount --bind -o ro /etc/systemd/system /etc/systemd/system');
    const done = await change(lab, `assign svc-test-1 ${ip} --node k0`);
    assert.deepEqual(done.warnings, [
      `${ip} stays on k0 until reboot: /etc/systemd/system is read-only`,
    ]);
    assert.equal((await listed(lab, ip)).persistence, 'until reboot');
    await on(lab, 'k0', 'umount /etc/systemd/system');

    // Now that it can be: the same again.
    const mended = await change(lab, `assign svc-test-1 ${ip} --node k0`);
    assert.ok(mended.steps.some(({ title }) => title === `restore ${ip} on k0 after a reboot`));
    assert.equal((await listed(lab, ip)).persistence, 'survives reboot');
    await change(lab, `release svc-test-1 ${ip}`);
    assert.equal(await stateOf(lab), untouched);
    assert.equal(await get(lab, 'client', ip), '');
  });

  it('is prepared for by a login that is not root, too', async () => {
    await on(lab, 'operator', "sed -i 's/User root/User ops/' /root/.ssh/config");
    await change(lab, `assign svc-test-1 ${ip} --node k0`);
    assert.equal((await listed(lab, ip)).persistence, 'survives reboot');
    await change(lab, `release svc-test-1 ${ip}`);
    assert.equal(await stateOf(lab), untouched);
  });
});
