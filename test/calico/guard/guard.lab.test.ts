/** A guard lets exactly the permitted clients in, and takes nothing from anybody, with Calico's real agent. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { change } from '../../commands/extip.ts';
import { on, stateOf } from '../../commands/observe.ts';
import { type HostProcess, type Lab, skipWithoutLab, startLab } from '../../lab/harness.ts';
import { waitFor } from '../../lab/wait.ts';
import { CLIENT, calicoOf, getIn, IP, ROUTED, reaches, STRANGER } from './observe.ts';
import { type Watched, watch } from './prober.ts';

describe('extip guard', { skip: await skipWithoutLab() }, () => {
  let lab: Lab;
  const listeners: HostProcess[] = [];
  before(async () => {
    lab = await startLab('s2');
    await on(lab, 'client', `ip addr add ${STRANGER}/32 dev eth0`);
    const listen = (host: string, port: number) =>
      listeners.push(lab.spawn(host, ['python3', '-m', 'http.server', String(port)]));
    listen('k0', 10250);
    listen('client', 8000);
    await on(
      lab,
      'operator',
      `kubectl create service nodeport web-np --tcp=80:web-port --node-port=30080 &&
      kubectl patch service web-np -p '{"spec":{"selector":{"app":"web-front-end"}}}'`,
    );
  });
  after(async () => {
    for (const listener of listeners) listener.kill('SIGTERM');
    await lab?.down();
  });

  it('through its whole life nothing else loses a connection, and at the end nothing is left', async () => {
    const others = ['20.1.0.168', '20.1.0.169'];
    for (const other of others) await change(lab, `assign svc-test-2 ${other} --node k0`);
    const calico = await calicoOf(lab);
    const untouched = await stateOf(lab);
    const watched: Watched[] = [
      {
        what: 'ssh to the node, by the guarded interface',
        from: 'client',
        ip: '20.1.0.160',
        port: 22,
      },
      { what: 'ssh of the operator', from: 'operator', ip: '10.1.0.180', port: 22 },
      { what: 'node port', from: 'client', ip: '20.1.0.160', port: 30080 },
      { what: 'node to node', from: 'k2', ip: '20.1.0.160', port: 10250 },
      { what: 'egress of the node', from: 'k0', ip: CLIENT, port: 8000 },
      { what: 'a second external IP', from: 'client', ip: '20.1.0.168', port: 8081 },
      { what: 'a third external IP', from: 'client', ip: '20.1.0.169', port: 8081 },
    ];
    const prober = watch(lab, watched);

    const sources = `--source ${CLIENT} --source ${ROUTED}/32`;
    const done = await change(lab, `assign svc-test-1 ${IP} --node k0 --guard ${sources}`);
    assert.ok(done.steps.some(({ id }) => id === 'prove-access'));
    await getIn(lab, { client: true, routed: true });
    const again = await change(lab, `assign svc-test-1 ${IP}`);
    assert.deepEqual(again.steps, [], 'the guard on record is the guard that is there');

    // kube-proxy serves the address on k2, too: who routes through it meets the guard there.
    await on(lab, 'client', `ip route add ${IP}/32 via 20.1.0.150`);
    await getIn(lab, { client: true, routed: true });
    await on(lab, 'client', `ip route del ${IP}/32`);

    await change(lab, 'guard set svc-test-1 --source 20.1.0.0/24');
    await getIn(lab, { client: true, stranger: true });
    await change(lab, `guard remove ${IP}`);
    await getIn(lab, { client: true, routed: true, stranger: true });
    assert.equal(await calicoOf(lab), calico);
    await change(lab, 'guard set svc-test-1');
    await getIn(lab, { client: true, routed: true, stranger: true });
    assert.equal(await reaches(lab, 'client', CLIENT, 9000), false, 'no port but the Service’s');
    await change(lab, `release svc-test-1 ${IP}`);
    assert.equal(await calicoOf(lab), calico);
    assert.equal(await stateOf(lab), untouched);

    for (const { what, tried, lost } of await prober.stop()) {
      assert.ok(tried > 100, `${what}: ${tried} tried`);
      assert.deepEqual(lost, [], what);
    }
    await change(lab, 'release svc-test-2 --all');
  });

  it('is told by guard show, and explain names the policy that a packet dies in', async () => {
    await change(lab, `assign svc-test-1 ${IP} --node k0 --guard --source ${CLIENT}`);
    await getIn(lab, { client: true });
    const { stdout } = await lab.extip(
      'guard',
      'show',
      'svc-test-1',
      '--from',
      STRANGER,
      '-o',
      'json',
    );
    const report = JSON.parse(stdout);
    for (const { ports } of report.addresses[0].interfaces) {
      assert.equal(ports[0].reach[0].outcome, 'denied');
      assert.equal(ports[0].reach[0].policy.name, 'extip-deny-20-1-0-167');
    }
    const denied = await lab.extip(
      'explain',
      '--to',
      `${IP}:80`,
      '--from',
      STRANGER,
      '--node',
      'k0',
    );
    assert.match(denied.stdout, /extip-deny-20-1-0-167/);
    const permitted = await lab.extip(
      'explain',
      '--to',
      `${IP}:80`,
      '--from',
      CLIENT,
      '--node',
      'k0',
    );
    assert.match(permitted.stdout, /extip-allow-20-1-0-167/);
    await change(lab, `release svc-test-1 ${IP}`);
  });

  it('ends connections that are no longer permitted, where that is asked for', async () => {
    await change(lab, `assign svc-test-1 ${IP} --node k0 --guard`);
    const held = await holdConnections(lab, STRANGER, 2);
    await change(lab, `guard set svc-test-1 --source ${CLIENT}`);
    await getIn(lab, { client: true });
    assert.equal(await held.answers(), true, 'a policy is for new connections');
    await change(lab, `guard set svc-test-1 --source ${CLIENT} --cut`);
    assert.equal(await held.answers(), false);
    await held.ended;
    await change(lab, `release svc-test-1 ${IP}`);
  });
});

/** Connections from this address of the client that stay open, each to be asked over once. */
async function holdConnections(lab: Lab, source: string, count: number) {
  const folder = '/tmp/held';
  const script = `import os, socket, time
held = [socket.create_connection(('${IP}', 80), 2, ('${source}', 0)) for _ in range(${count})]
os.makedirs('${folder}', exist_ok=True)
open('${folder}/open', 'w').close()
for turn, one in enumerate(held):
    while not os.path.exists('${folder}/ask-%d' % turn): time.sleep(0.05)
    try:
        one.settimeout(2)
        one.sendall(b'GET / HTTP/1.0\\r\\n\\r\\n')
        answer = 'yes' if one.recv(100) else 'no'
    except OSError: answer = 'no'
    with open('${folder}/part', 'w') as out: out.write(answer)
    os.rename('${folder}/part', '${folder}/%d' % turn)`;
  const process = lab.spawn('client', ['python3', '-c', script]);
  await waitFor('connections', () => on(lab, 'client', `test -e ${folder}/open`));
  let turn = -1;
  return {
    /** Once all of them were asked over. */
    ended: process.result,
    /** Whether the next of them is answered. */
    async answers(): Promise<boolean> {
      turn += 1;
      await on(lab, 'client', `touch ${folder}/ask-${turn}`);
      const file = `${folder}/${turn}`;
      return (await waitFor(file, () => on(lab, 'client', `cat ${file}`))) === 'yes';
    },
  };
}
