import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { type Lab, skipWithoutLab, startLab } from '../lab/harness.ts';
import { change } from './extip.ts';
import { get, getsBothBackends, on, stateOf } from './observe.ts';

const ip = '20.1.0.167';

describe('extip assign with kube-proxy in nftables mode', { skip: await skipWithoutLab() }, () => {
  let lab: Lab;
  before(async () => {
    lab = await startLab('s2-nft');
  });
  after(() => lab?.down());

  it('serves the address and finds its rules; release undoes it', async () => {
    const untouched = await stateOf(lab);
    assert.doesNotMatch(await on(lab, 'k0', 'iptables-save'), /KUBE-SERVICES/);
    const done = await change(lab, `assign svc-test-1 ${ip} --node k0 --from client`);
    assert.deepEqual(
      done.checks.map(({ name, outcome }) => `${name} ${outcome}`),
      ['rules passed', 'connect passed', 'neighbour passed', 'outside passed'],
    );
    assert.match(String(done.checks[0]?.detail), /nftables\): 80\/TCP in map service-ips/);
    await getsBothBackends(lab, 'client', ip);
    await getsBothBackends(lab, 'client2', ip);

    const released = await change(lab, `release svc-test-1 ${ip}`);
    assert.match(String(released.checks[0]?.detail), /nftables\): no rule for 80\/TCP/);
    assert.equal(await stateOf(lab), untouched);
    assert.equal(await get(lab, 'client', ip), '');
  });

  it('finds the rule of a Service with no endpoint too, and says that it refuses', async () => {
    await on(lab, 'operator', 'kubectl create service clusterip idle --tcp=80');
    const done = await change(lab, `assign idle ${ip} --node k0`);
    assert.deepEqual(
      done.checks.slice(0, 2).map(({ name, outcome }) => `${name} ${outcome}`),
      ['rules passed', 'connect skipped'],
    );
    assert.match(
      String(done.checks[0]?.detail),
      /map no-endpoint-services \(nftables\), which refuses it: no endpoint/,
    );
  });
});
