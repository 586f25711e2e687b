import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { type Lab, skipWithoutLab, startLab } from '../lab/harness.ts';
import { change, failure, listed, plan } from './extip.ts';
import { addressesOn, externalIPsOf, on, recordsOn, stateOf, unchanged } from './observe.ts';

const ip = '20.1.0.167';

describe('extip release', { skip: await skipWithoutLab() }, () => {
  let lab: Lab;
  before(async () => {
    lab = await startLab('s2');
  });
  after(() => lab?.down());

  const setExternalIPs = (service: string, ips: string[]) =>
    on(
      lab,
      'operator',
      `kubectl patch service ${service} -p '${JSON.stringify({ spec: { externalIPs: ips } })}'`,
    );

  it('is done where nothing is assigned, however it is asked', async () => {
    for (const what of [ip, '--all', '']) {
      const command = `release svc-test-1 ${what}`.trim();
      const { changed } = await unchanged(lab, () => change(lab, command));
      assert.equal(changed, false, command);
    }
  });

  it('refuses an external IP that was set by hand', async () => {
    await setExternalIPs('svc-test-2', ['20.1.0.180']);
    const error = await unchanged(lab, () => failure(lab, 7, 'release svc-test-2 20.1.0.180 -y'));
    assert.equal(error.reason, 'unmanaged');
    assert.match(error.help ?? '', /kubectl edit service -n default svc-test-2/);
    await setExternalIPs('svc-test-2', []);
  });

  it('keeps what was there before extip', async () => {
    await setExternalIPs('svc-test-1', [ip]);
    await on(lab, 'k2', `ip addr add ${ip}/24 dev ens34`);
    const before = await stateOf(lab);

    // Where a hand has put it is where it goes.
    const adopted = await change(lab, `assign svc-test-1 ${ip}`);
    assert.deepEqual(
      adopted.steps.map(({ id }) => id),
      ['record-service', 'record-node', 'announce', 'verify', 'close-record'],
    );
    assert.equal((await listed(lab, ip)).state, 'assigned');
    const released = await change(lab, `release svc-test-1 ${ip}`);
    assert.match(released.warnings.join('\n'), /was in spec\.externalIPs before extip: it stays/);
    assert.match(released.warnings.join('\n'), /was on k2 before extip: it stays/);
    assert.equal(await stateOf(lab), before);

    await setExternalIPs('svc-test-1', []);
    await on(lab, 'k2', `ip addr del ${ip}/24 dev ens34`);
  });

  it('comes first where the address is to go elsewhere; what it would do can be seen', async () => {
    await change(lab, `assign svc-test-1 ${ip} --node k0`);
    for (const place of ['--node k2', '--node k0 --interface ens33']) {
      const error = await unchanged(lab, () =>
        failure(lab, 7, `assign svc-test-1 ${ip} ${place} -y`),
      );
      assert.equal(error.help, `release it first: extip release default/svc-test-1 ${ip}`);
    }
    const seen = await unchanged(lab, () => plan(lab, `release svc-test-1 ${ip}`));
    assert.deepEqual(
      seen.steps.map(({ id, command }) => [id, command.split(/ -p |\nmkdir -p /)[0]]),
      [
        ['remove-external-ip', 'kubectl patch service -n default svc-test-1 --type=json'],
        [
          'stop-restoring',
          [
            'on k0: systemctl disable --now extip-restore.service',
            'rm -f /etc/systemd/system/extip-restore.service /var/lib/extip/restore',
            'systemctl daemon-reload',
          ].join('\n'),
        ],
        ['remove-address', `on k0: ip addr del ${ip}/32 dev ens34`],
        ['remove-record', `on k0: rm -f /var/lib/extip/${ip}.json`],
        [
          'verify',
          `on k0: { iptables-save -t nat; nft list ruleset; } 2>/dev/null | grep -wF ${ip}`,
        ],
        ['forget-service', 'kubectl patch service -n default svc-test-1 --type=json'],
      ],
    );
    await change(lab, `release svc-test-1 ${ip}`);
    assert.deepEqual(await externalIPsOf(lab, 'svc-test-1'), []);
  });

  it('cleans up what a deleted Service left on a node', async () => {
    const clean = await stateOf(lab);
    await on(lab, 'operator', 'kubectl create service clusterip short --tcp=80:8080');
    // Without endpoints nothing can answer yet: said, and no reason to refuse.
    const assigned = await change(lab, `assign short ${ip} --node k0`);
    assert.match(assigned.warnings.join('\n'), /no ready endpoint/);
    const inUse = await failure(lab, 7, `release --ip ${ip} --node k0 -y`);
    assert.match(inUse.message, /in use by default\/short/);

    await on(lab, 'operator', 'kubectl delete service short');
    const orphan = await listed(lab, ip);
    assert.equal(orphan.state, 'orphan');
    assert.equal(orphan.fix, `extip release --ip ${ip} --node k0`);
    await change(lab, `release --ip ${ip} --node k0`);
    assert.deepEqual(await addressesOn(lab, 'k0', 'ens34'), ['20.1.0.160/24']);
    assert.deepEqual(await recordsOn(lab, 'k0'), []);
    assert.equal(await stateOf(lab), clean);
    assert.equal((await change(lab, `release --ip ${ip} --node k0`)).changed, false);
  });

  it('knows what it is asked about', async () => {
    await unchanged(lab, async () => {
      const near = await failure(lab, 1, `release svc-tst-1 ${ip} -y`);
      assert.match(near.help ?? '', /svc-test-1/);
      const node = await failure(lab, 2, `release --ip ${ip} --node k9 -y`);
      assert.match(`${node.message} ${node.help}`, /no node k9.*k0, k2/);
      await failure(lab, 2, 'release -y');
      await failure(lab, 2, `release --ip ${ip} -y`);
      await failure(lab, 2, `release svc-test-1 ${ip} --all -y`);
      assert.match((await failure(lab, 2, `release svc-test-1 ${ip}`)).help ?? '', /--yes/);
    });
  });
});
