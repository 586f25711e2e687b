/**
 * Each way to lock oneself out by a guard is refused, and the reason names what would break; where that is
 * overridden it breaks, and what extip did is taken back with nobody helping.
 */
import { after, before, describe, it } from 'node:test';
import { closeFailsafePorts } from '../../calico/guard/failsafe-ports.ts';
import { applyObjects, mustBeRefusedAndUndone } from '../../calico/guard/refused-and-undone.ts';
import {
  DOORS,
  NO_NEIGHBOUR_DISCOVERY,
  NO_SSH,
  SSH_ELSEWHERE,
  WAYS,
  type Way,
} from '../../calico/guard/ways-to-lock-out.ts';
import { plan } from '../../commands/extip.ts';
import { on } from '../../commands/observe.ts';
import { type Lab, skipWithoutLab, startLab } from '../../lab/harness.ts';

const KUBECTL_ON_K0 = 'ln -sf /mnt/bin/kubectl /usr/local/bin/kubectl';

describe('ways to lock oneself out', { skip: await skipWithoutLab() }, () => {
  const assigned = {
    service: 'svc-test-1',
    ip: '10.1.0.200',
    place: '--node k0 --interface ens33',
  };
  const doors = Object.entries(DOORS).map(([what, door]) => ({ what, ...door }));
  let lab: Lab;
  let right = 0;
  before(async () => {
    lab = await startLab('s2');
    await on(lab, 'k0', `${KUBECTL_ON_K0} && /usr/sbin/sshd -p 2222 -o PidFile=none`);
  });
  after(async () => {
    console.log(`ways to lock oneself out: ${right} of ${WAYS.length + 1} refused, and undone`);
    await lab?.down();
  });

  async function play(way: Way): Promise<void> {
    await mustBeRefusedAndUndone(lab, assigned, way, doors);
    right += 1;
  }

  it(SSH_ELSEWHERE.what, async () => {
    const config = '/root/.ssh/config';
    const elsewhere = 'Host k0\\n  Port 2222\\n  HostKeyAlias k0\\n';
    await on(lab, 'operator', `cp ${config} /tmp/config && sed -i '1i ${elsewhere}' ${config}`);
    await play(SSH_ELSEWHERE);
    await on(lab, 'operator', `cp /tmp/config ${config}`);
  });

  it('a policy that denies ssh is harmless while the failsafe ports are open', async () => {
    const { service, ip, place } = assigned;
    await applyObjects(lab, 'create', [NO_SSH]);
    await plan(lab, `assign ${service} ${ip} ${place} --guard`);
    await applyObjects(lab, 'delete', [NO_SSH]);
    await closeFailsafePorts(lab);
  });

  for (const way of WAYS) it(way.what, () => play(way));
});

describe('a way to lock oneself out by IPv6', { skip: await skipWithoutLab() }, () => {
  const k0 = '2001:db8:a::180';
  let lab: Lab;
  let right = 0;
  before(async () => {
    lab = await startLab('s2-dual');
    await on(lab, 'k0', KUBECTL_ON_K0);
    const known = '/root/.ssh/known_hosts';
    await on(
      lab,
      'operator',
      `sed -n 's/^k0,[^ ]*/${k0}/p' ${known} >>${known}.6
      cat ${known}.6 >>${known}`,
    );
  });
  after(async () => {
    console.log(`ways to lock oneself out, IPv6: ${right} of 1 refused, and undone`);
    await lab?.down();
  });

  it(NO_NEIGHBOUR_DISCOVERY.what, async () => {
    // What is known of neighbours would hide for half a minute that they are found no more.
    const forgetting = lab.spawn('operator', [
      'sh',
      '-c',
      'while sleep 0.5; do ip -6 neigh flush dev eth0; done',
    ]);
    const ssh = { what: 'ssh to k0 by IPv6', from: 'operator', ip: k0, port: 22 };
    const place = `--node k0 --interface ens33 --ssh k0=root@${k0}`;
    const assigned = { service: 'svc-test-6', ip: '2001:db8:a::200', place };
    await mustBeRefusedAndUndone(lab, assigned, NO_NEIGHBOUR_DISCOVERY, [ssh]);
    forgetting.kill('SIGKILL');
    right += 1;
  });
});
