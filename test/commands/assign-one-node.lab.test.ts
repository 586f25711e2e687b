import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { type Lab, skipWithoutLab, startLab } from '../lab/harness.ts';
import { waitFor } from '../lab/wait.ts';
import { change, failure } from './extip.ts';
import { addressesOn, externalIPsOf, get, on, recordsOn, stateOf, unchanged } from './observe.ts';
import { openTerminal } from './terminal.ts';

const ip = '192.168.99.101';

describe('extip assign on one node (minikube)', { skip: await skipWithoutLab() }, () => {
  let lab: Lab;
  before(async () => {
    lab = await startLab('s1');
  });
  after(() => lab?.down());

  it('puts an address that is routed to the node on lo', async () => {
    const untouched = await stateOf(lab);
    const done = await change(
      lab,
      'assign nginx 10.22.0.0 --node minikube --interface lo --from client',
    );
    assert.match(done.warnings.join('\n'), /10\.22\.0\.0 ends in \.0/);
    assert.match(done.notes.join('\n'), /nobody was asked for 10\.22\.0\.0: no node is on its/);
    assert.ok(!done.steps.some(({ id }) => id === 'announce'), 'nobody hears lo');
    assert.deepEqual(
      done.checks.map(({ name, outcome }) => `${name} ${outcome}`),
      ['rules passed', 'connect passed', 'neighbour skipped', 'outside passed'],
    );
    assert.match(await get(lab, 'client', '10.22.0.0'), /Welcome to nginx!/);
    await change(lab, 'release nginx 10.22.0.0');
    assert.equal(await stateOf(lab), untouched);
  });

  it('asks for what is to go on lo on the segment that it belongs to', async () => {
    const command = 'assign nginx 192.168.99.1 --node minikube --interface lo -y';
    const { message } = await unchanged(lab, () => failure(lab, 7, command));
    assert.match(message, /another host answers for 192\.168\.99\.1: .*on minikube eth1/);
  });

  it('takes all back at Ctrl-C', async () => {
    const { exitCode, stderr } = await unchanged(lab, async () => {
      const run = lab.spawn('operator', ['extip', 'assign', 'nginx', ip, '-y']);
      await waitFor('the record on the node', async () =>
        assert.deepEqual(await recordsOn(lab, 'minikube'), [ip]),
      );
      run.kill('SIGINT');
      return run.result;
    });
    assert.equal(exitCode, 130, stderr);
    assert.match(stderr, /undo: record the address on minikube/);
    assert.match(stderr, /error: interrupted; what was done is taken back/);
    // The lock is free at once.
    const holder = "kubectl get lease extip -n kube-system -o jsonpath='{.spec.holderIdentity}'";
    assert.equal(await on(lab, 'operator', holder), '');
  });

  it('asks on a terminal for Service, node and address, shows the plan, and does it after a yes', async () => {
    const terminal = await openTerminal(lab, 'extip assign');
    await terminal.shows(/Which Service\?[\s\S]*default\/kubernetes[\s\S]*default\/nginx/);
    await terminal.type('Down', 'Enter');
    await terminal.shows(/Which node is to hold it\?[\s\S]*minikube .*eth1 192\.168\.99\.100\/24/);
    await terminal.type('Enter');
    await terminal.shows(/Which address\?/);
    await terminal.type('192.168.99.300', 'Enter');
    await terminal.shows(/'192\.168\.99\.300' is not an IP address/);
    await terminal.type('C-u', ip, 'Enter');
    await terminal.shows(/\+ add 192\.168\.99\.101\/32 to eth1[\s\S]*assign 192\.168\.99\.101\?/);
    await terminal.type('y', 'Enter');
    const screen = await terminal.shows(/exit \d/);
    assert.match(screen, /exit 0/);
    assert.match(screen, /✔ verify that 192\.168\.99\.101 is served/);
    assert.match(screen, /default\/nginx is served on 192\.168\.99\.101, held by minikube eth1/);
    assert.match(await get(lab, 'client', ip), /Welcome to nginx!/);
  });

  it('on a terminal Enter alone is no, and Ctrl-C at the question changes nothing', async () => {
    await unchanged(lab, async () => {
      for (const [key, exitCode] of [
        ['Enter', 1],
        ['C-c', 130],
      ] as const) {
        const terminal = await openTerminal(lab, 'extip release');
        await terminal.shows(/Which Service\?[\s\S]*default\/nginx +192\.168\.99\.101/);
        await terminal.type('Enter');
        await terminal.shows(/release 192\.168\.99\.101\?/);
        await terminal.type(key);
        await terminal.shows(new RegExp(`exit ${exitCode}`));
      }
    });
    await change(lab, `release nginx ${ip}`);
    assert.deepEqual(await externalIPsOf(lab, 'nginx'), []);
    assert.deepEqual(await addressesOn(lab, 'minikube', 'eth1'), ['192.168.99.100/24']);
  });
});
