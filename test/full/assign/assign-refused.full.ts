import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { after, before, describe, it } from 'node:test';
import { change, failure, plan } from '../../commands/extip.ts';
import { addressesOn, on, stateOf, unchanged } from '../../commands/observe.ts';
import { type Lab, skipWithoutLab, startLab } from '../../lab/harness.ts';

const ip = '20.1.0.167';

describe('extip assign, what it refuses', { skip: await skipWithoutLab() }, () => {
  let lab: Lab;
  before(async () => {
    lab = await startLab('s2');
    // Another Service on port 80, given an external IP by hand.
    await on(
      lab,
      'operator',
      `kubectl create service clusterip other --tcp=80:8080 &&
       kubectl patch service other -p '{"spec":{"externalIPs":["20.1.0.190"]}}'`,
    );
  });
  after(() => lab?.down());

  /** Runs each, a few at a time, and sees that nothing is changed. */
  async function each<T>(rows: readonly T[], work: (row: T) => Promise<void>): Promise<void> {
    const waiting = [...rows];
    const worker = async () => {
      for (let row = waiting.shift(); row; row = waiting.shift()) await work(row);
    };
    await unchanged(lab, () => Promise.all([worker(), worker(), worker()]));
  }

  it('an address or a place that must not be, and names the check that --force overrides', async () => {
    const refused: [args: string, reason: string, message: RegExp, force?: string][] = [
      ['20.1.0.165 --node k0', 'answered', /answers for 20\.1\.0\.165: ([0-9a-f]{2}:){5}/, 'it'],
      ['20.1.0.150 --node k0', 'node-address', /20\.1\.0\.150\/24 is node k2's own .* ens34/],
      ['20.1.0.160 --node k0', 'node-address', /is node k0's own address on ens34/, 'it'],
      ['10.1.0.179 --node k2', 'node-address', /node k2's own address \(InternalIP\)/, 'it'],
      ['10.1.0.180 --node k0', 'node-address', /is the API server's address/],
      ['10.111.30.202', 'cluster-ip', /of default\/svc-test-2/],
      ['10.111.30.202 --node k0 --interface ens34', 'cluster-ip', /of default\/svc-test-2/, 'it'],
      ['192.168.99.50 --node k0 --interface ens34', 'pool', /192\.168\.0\.0\/16.*IPPool/, 'it'],
      [
        '20.1.0.190 --node k0',
        'port-taken',
        /20\.1\.0\.190:80\/TCP is served by default\/other/,
        'it',
      ],
      [`${ip} --node k0 --interface eth9`, 'interface-not-found', /k0 has no interface eth9/],
      [`${ip} --interface eth9`, 'interface-not-found', /no node .* has an interface eth9/],
      [`${ip} --node k0 --ssh k0=k2`, 'machine', /may not be k0.*10\.1\.0\.180 is not on it/],
    ];
    await each(refused, async ([args, reason, message, force]) => {
      const error = await failure(lab, 7, `assign svc-test-1 ${args} -y`);
      assert.equal(error.reason, reason);
      assert.match(error.message, message);
      if (!force) return;
      assert.match(error.help ?? '', new RegExp(`--force ${reason}`));
      const forced = await plan(lab, `assign svc-test-1 ${args} --force ${reason}`);
      assert.match(forced.notes.join('\n'), /^overridden: /m);
    });
  });

  it('what it cannot make sense of', async () => {
    const wrong: [args: string, exitCode: number, message: RegExp, help?: RegExp][] = [
      ['svc-test-1 20.1.0.300', 2, /'20\.1\.0\.300' is not an IP address/],
      ['svc-test-1 020.1.0.167', 2, /is not an IP address/],
      [`svc-test-1 ${ip}/24`, 2, /is not an IP address/, /without a prefix/],
      ['svc-test-1 127.0.0.1', 2, /loopback/],
      ['svc-test-1 224.0.0.9', 2, /multicast/],
      ['svc-test-1 0.0.0.0', 2, /unspecified/],
      ['svc;reboot 20.1.0.167', 2, /no Service's name/],
      ['a/b/c 20.1.0.167', 2, /no Service's name/],
      [`svc-test-1 ${ip} --force everything`, 2, /no check 'everything'/, /answered/],
      ['svc-test-1 --pool nowhere', 2, /'nowhere' is neither .* for cluster s2$/],
      [`svc-test-1 ${ip} --pool 20.1.0.0/24`, 2, /an address and --pool/],
      ['svc-test-1 --pool nosuch', 2, /'nosuch' is neither a range/],
      [`svc-tst-1 ${ip} --node k0`, 1, /no service default\/svc-tst-1/, /did you mean svc-test-1/],
      [`svc-test-1 ${ip} --node k1`, 2, /no node k1/, /k0, k2/],
      [`svc-test-1 ${ip}`, 2, /several interfaces: k0 ens34, k2 ens34/, /--node/],
      [`svc-test-1 ${ip} --node k0 --from k2`, 2, /that is node k2/, /no node/],
      [`svc-test-1 ${ip} --node k0 --from nosuch`, 1, /--from nosuch: .* does not resolve/],
      ['svc-test-1 9.9.9.9 --node k0', 2, /no interface of k0 has a subnet/, /--interface/],
    ];
    await each(wrong, async ([args, exitCode, message, help]) => {
      const error = await failure(lab, exitCode, `assign ${args} -y`);
      assert.match(error.message, message);
      if (help) assert.match(error.help ?? '', help);
    });
    const unconfirmed = await failure(lab, 2, `assign svc-test-1 ${ip} --node k0`);
    assert.match(unconfirmed.help ?? '', /--yes/);
    assert.match((await failure(lab, 2, 'assign svc-test-1 -y')).help ?? '', /IP or --pool/);
    assert.match((await failure(lab, 2, 'assign -y')).message, /SERVICE is missing/);
  });

  it('with --force the other host may answer too, and the result says so', async () => {
    const untouched = await stateOf(lab);
    const forced = await change(lab, 'assign svc-test-1 20.1.0.165 --node k0 --force answered');
    const neighbour = forced.checks.find(({ name }) => name === 'neighbour');
    assert.equal(neighbour?.outcome, 'failed');
    assert.match(neighbour?.detail ?? '', /answers also for 20\.1\.0\.165/);
    await change(lab, 'release svc-test-1 20.1.0.165');
    assert.equal(await stateOf(lab), untouched);
  });

  it('where the segment cannot be asked, only --force unprobed goes on', async () => {
    await on(lab, 'k0', 'ip link add alone type veth peer name other');
    const args = 'assign svc-test-1 20.3.0.1 --node k0 --interface alone';
    const refused = await unchanged(lab, () => failure(lab, 7, `${args} -y`));
    assert.equal(refused.reason, 'unprobed');
    assert.match(refused.message, /could not be asked: alone .*\(.* on k0 alone\)/);
    const forced = await plan(lab, `${args} --force unprobed`);
    assert.match(forced.notes.join('\n'), /could not be asked/);
    await on(lab, 'k0', 'ip link del alone');
  });

  it('warns of addresses that end in .0 or .255, and allows them', async () => {
    for (const last of [0, 255]) {
      const { warnings } = await plan(
        lab,
        `assign svc-test-1 20.2.0.${last} --node k0 --interface ens34`,
      );
      assert.match(warnings.join('\n'), new RegExp(`20\\.2\\.0\\.${last} ends in \\.${last}`));
    }
  });

  it('chooses the next address of a pool that neither cluster nor segment uses', async () => {
    const chosen = async (pool: string) => {
      const { changes } = await plan(lab, `assign svc-test-1 --pool ${pool} --node k0`);
      return changes[0]?.ip;
    };
    // 190 is another Service's; 165 is the client's, which only the segment knows.
    assert.equal(await chosen('20.1.0.190-20.1.0.195'), '20.1.0.191');
    assert.equal(await chosen('20.1.0.165-20.1.0.170'), '20.1.0.166');

    const cluster = await on(
      lab,
      'operator',
      "kubectl config view -o jsonpath='{.clusters[0].name}'",
    );
    const config = `clusters: {${cluster}: {pools: {ext: [20.1.0.160/32, 20.1.0.200/30]}}}\n`;
    await on(lab, 'operator', 'mkdir -p /root/.config/extip');
    await writeFile(lab.path('operator', '/root/.config/extip/config.yaml'), config, {
      mode: 0o600,
    });
    assert.equal(await chosen('ext'), '20.1.0.200');

    const none = await failure(lab, 1, 'assign svc-test-1 --pool 20.1.0.165 --node k0 -y');
    assert.equal(none.reason, 'pool-exhausted');
    assert.deepEqual(await addressesOn(lab, 'k0', 'ens34'), ['20.1.0.160/24']);
  });
});
