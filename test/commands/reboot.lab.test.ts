import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { type Lab, skipWithoutLab, startLab } from '../lab/harness.ts';
import { change, list, listed, plan } from './extip.ts';
import { getsBothBackends, on, restoreFilesOn, stateOf } from './observe.ts';

const ip = '20.1.0.167';
const ip6 = '2001:db8:1::167';

describe('a reboot of the node', { skip: await skipWithoutLab() }, () => {
  let lab: Lab;
  let untouched: string;
  before(async () => {
    lab = await startLab('s2-dual');
    untouched = await stateOf(lab);
  });
  after(() => lab?.down());

  const reboot = async (exitCode = 0) => {
    const result = await lab.reboot('k0');
    assert.equal(result.exitCode, exitCode, result.stderr);
    return result.stderr;
  };

  it('is prepared for by the first assignment, as the plan says', async () => {
    const planned = await plan(lab, `assign svc-test-1 ${ip} --node k0`);
    assert.deepEqual(planned.warnings, []);
    assert.equal(planned.changes[0]?.persistence, 'survives reboot');
    const [step] = planned.steps.filter(({ id }) => id === 'record-node');
    assert.equal(
      step?.title,
      'record the address on k0, and install what restores it after a reboot',
    );
    for (const line of [
      /^on k0: mkdir -p \/var\/lib\/extip && printf .*"persist":true.*\.json$/m,
      /^cat > \/var\/lib\/extip\/restore <<'END'$/m,
      /^chmod 0755 \/var\/lib\/extip\/restore$/m,
      /^ExecStart=\/bin\/sh \/var\/lib\/extip\/restore$/m,
      /^systemctl enable extip-restore\.service$/m,
    ]) {
      assert.match(step?.command ?? '', line);
    }
    // A person is not shown the whole script.
    const text = await on(
      lab,
      'operator',
      `extip assign svc-test-1 ${ip} --dry-run=client --node k0`,
    );
    assert.match(text, /… \d+ lines, which -o json shows …\nEND\nchmod 0755/);
    assert.match(text, /^ExecStart=\/bin\/sh \/var\/lib\/extip\/restore$/m);
    assert.equal(await stateOf(lab), untouched);
  });

  it('is survived: the address is there again, and served', async () => {
    const done = await change(lab, `assign svc-test-1 ${ip} --node k0 --from client`);
    assert.ok(done.checks.every(({ outcome }) => outcome === 'passed'));
    assert.equal((await listed(lab, ip)).persistence, 'survives reboot');
    const before = await stateOf(lab);
    assert.match(await reboot(), /^extip-restore: 20\.1\.0\.167 is restored on ens34$/m);
    assert.equal(await stateOf(lab), before);
    await getsBothBackends(lab, 'client', ip);
    assert.equal((await change(lab, `assign svc-test-1 ${ip} --node k0`)).changed, false);
  });

  it('is survived by IPv6, too; with a second address the unit stays as it is', async () => {
    const planned = await plan(lab, `assign svc-test-6 ${ip6} --node k0`);
    const [step] = planned.steps.filter(({ id }) => id === 'record-node');
    assert.doesNotMatch(step?.command ?? '', /systemctl/);
    await change(lab, `assign svc-test-6 ${ip6} --node k0`);
    await reboot();
    await getsBothBackends(lab, 'client', `[${ip6}]`);
    await getsBothBackends(lab, 'client', ip);
  });

  it('leaves off what another host has by then; list shows it and what helps', async () => {
    await on(lab, 'client', `ip addr add ${ip}/32 dev eth0`);
    const said = await reboot(1);
    assert.match(said, /20\.1\.0\.167 is left off: another host has it, [0-9a-f:]{17}$/m);
    assert.match(said, /2001:db8:1::167 is restored on ens34$/m);
    const item = await listed(lab, ip);
    assert.equal(item.state, 'incomplete');
    assert.deepEqual(item.problems, ['the address is not on k0']);
    assert.equal(item.fix, `extip assign default/svc-test-1 ${ip}`);
    await on(lab, 'client', `ip addr del ${ip}/32 dev eth0`);
    await change(lab, item.fix?.replace('extip ', '') ?? '');
    await getsBothBackends(lab, 'client', ip);
  });

  it('is prepared for no longer once the last address is released', async () => {
    const before = await restoreFilesOn(lab, 'k0');
    await change(lab, `release svc-test-1 ${ip}`);
    assert.equal(await restoreFilesOn(lab, 'k0'), before, 'the other address needs the unit');
    const last = await plan(lab, `release svc-test-6 ${ip6}`);
    const [step] = last.steps.filter(({ id }) => id === 'stop-restoring');
    assert.equal(step?.title, `no longer restore ${ip6} on k0 after a reboot`);
    assert.match(
      step?.command ?? '',
      /^on k0: systemctl disable --now extip-restore\.service\nrm -f .*\nsystemctl daemon-reload\n/,
    );
    await change(lab, `release svc-test-6 ${ip6}`);
    assert.equal(await stateOf(lab), untouched);
    assert.deepEqual(await list(lab), []);
  });
});
