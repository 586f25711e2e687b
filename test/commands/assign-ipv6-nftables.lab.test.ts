import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { after, before, describe, it } from 'node:test';
import { type HostProcess, type Lab, skipWithoutLab, startLab } from '../lab/harness.ts';
import { waitFor } from '../lab/wait.ts';
import { change, failure } from './extip.ts';
import {
  externalIPsOf,
  get,
  getsBothBackends,
  on,
  recordsOn,
  stateOf,
  unchanged,
} from './observe.ts';

const ip = '2001:db8:1::167';
const four = '20.1.0.167';
const held = '2001:db8:1::165';

describe('extip assign with IPv6, and kube-proxy in nftables mode', {
  skip: await skipWithoutLab(),
}, () => {
  let lab: Lab;
  let untouched: string;
  before(async () => {
    lab = await startLab('s2-nft');
    untouched = await stateOf(lab);
  });
  after(() => lab?.down());

  const notify = () => on(lab, 'k0', 'sysctl -n net.ipv6.conf.ens34.ndisc_notify');
  const source = () => on(lab, 'k0', 'ip -6 -o route get 2001:db8:3::165');

  it('asks by NDP, leaves detection of duplicates on, and the kernel tells the neighbours', async () => {
    assert.equal(await notify(), '0');
    const usual = await source();
    const seen = await neighbourDiscovery(lab);
    const done = await change(lab, `assign svc-test-1 ${ip} --node k0 --from client`);
    assert.deepEqual(
      done.checks.map(({ name, outcome }) => `${name} ${outcome}`),
      ['rules passed', 'connect passed', 'neighbour passed', 'outside passed'],
    );
    const said = await seen();
    const asked = said.search(/^IP6 fe80:\S+ > ff02::1:ff00:167: .* who has 2001:db8:1::167/m);
    const detected = said.search(/^IP6 :: > ff02::1:ff00:167: .* who has 2001:db8:1::167/m);
    const told = said.search(
      /^IP6 \S+ > ff02::1: .*neighbor advertisement, tgt is 2001:db8:1::167/m,
    );
    assert.ok(asked >= 0 && detected > asked && told > detected, said);

    assert.match(await on(lab, 'k0', 'ip -6 addr show dev ens34'), /inet6 2001:db8:1::167\/128 /);
    assert.deepEqual(await recordsOn(lab, 'k0'), [ip]);
    assert.equal(await notify(), '0');
    // The node's own connections go on from its own address.
    assert.equal(await source(), usual);
    for (const host of ['client', 'client2']) await getsBothBackends(lab, host, `[${ip}]`);
  });

  it('serves a Service of both families on both, by rules that it finds; release undoes it', async () => {
    assert.doesNotMatch(await on(lab, 'k0', 'iptables-save'), /KUBE-SERVICES/);
    const done = await change(lab, `assign svc-test-1 ${four} --node k2`);
    assert.match(String(done.checks[0]?.detail), /nftables\): 80\/TCP in map service-ips/);
    assert.deepEqual(await externalIPsOf(lab, 'svc-test-1'), [ip, four]);
    for (const address of [`[${ip}]`, four]) await getsBothBackends(lab, 'client', address);
    const released = await change(lab, 'release svc-test-1 --all');
    for (const { name, detail } of released.checks.filter(({ name }) => name === 'rules')) {
      assert.match(String(detail), /nftables\): no rule for 80\/TCP/, name);
    }
    assert.equal(await stateOf(lab), untouched);
    assert.equal(await get(lab, 'client', four), '');
  });

  it('finds the rule of a Service with no endpoint too, and says that it refuses', async () => {
    await on(lab, 'operator', 'kubectl create service clusterip idle --tcp=80');
    const done = await change(lab, `assign idle ${four} --node k0`);
    assert.deepEqual(
      done.checks.slice(0, 2).map(({ name, outcome }) => `${name} ${outcome}`),
      ['rules passed', 'connect skipped'],
    );
    assert.match(
      String(done.checks[0]?.detail),
      /map no-endpoint-services \(nftables\), which refuses it: no endpoint/,
    );
    await change(lab, `release idle ${four}`);
    await on(lab, 'operator', 'kubectl delete service idle');
  });

  it('refuses an address of another host, and of a family that the Service has not', async () => {
    await unchanged(lab, async () => {
      const answered = await failure(lab, 7, `assign svc-test-6 ${held} --node k0 -y`);
      assert.equal(answered.reason, 'answered');
      assert.match(answered.message, /ndisc6 on k0 ens34/);
      const [six, only] = await Promise.all([
        failure(lab, 7, `assign svc-test-2 ${ip} --node k0 -y`),
        failure(lab, 7, `assign svc-test-6 ${four} --node k0 -y`),
      ]);
      assert.match(six.message, /svc-test-2 serves IPv4 only/);
      assert.match(only.message, /svc-test-6 serves IPv6 only/);
    });
  });

  it('takes all back where the kernel finds a duplicate, whatever --force says', async () => {
    const error = await unchanged(lab, () =>
      failure(lab, 7, `assign svc-test-6 ${held} --node k0 --force answered -y`),
    );
    assert.equal(error.reason, 'duplicate-address');
    assert.equal(await notify(), '0');
  });
});

/** Listens on the client's segment to who asks and tells; the function that it returns ends that. */
async function neighbourDiscovery(lab: Lab): Promise<() => Promise<string>> {
  const filter = 'icmp6 and (ip6[40] = 135 or ip6[40] = 136)';
  const command = `exec tcpdump -nltU -i eth0 '${filter}' >/tmp/ndp 2>/tmp/ndp-log`;
  const listener: HostProcess = lab.spawn('client', ['sh', '-c', command]);
  await waitFor('tcpdump', async () => {
    assert.match(await readFile(lab.path('client', '/tmp/ndp-log'), 'utf8'), /listening on/);
  });
  return async () => {
    listener.kill('SIGINT');
    await listener.result;
    return readFile(lab.path('client', '/tmp/ndp'), 'utf8');
  };
}
