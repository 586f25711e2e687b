import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import { after, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { down } from './down.ts';
import { attach, skipWithoutLab, startLab } from './harness.ts';
import { assertNothingLeft, processesOf } from './leftovers.ts';
import { isAlive, parseStat } from './process.ts';
import { condition, type LabState, labDirectory, readState } from './state.ts';
import { waitFor } from './wait.ts';

const program = fileURLToPath(new URL('lab.ts', import.meta.url));

describe('the life of a lab', { skip: await skipWithoutLab(), concurrency: 2 }, () => {
  const used: string[] = [];
  const newName = (purpose: string) => {
    const name = `${purpose}-${randomBytes(3).toString('hex')}`;
    used.push(name);
    return name;
  };
  const lab = (...args: string[]) => execa(process.execPath, [program, ...args], { reject: false });
  const stateOf = async (name: string) => (await readState(name)) as LabState;
  const conditionOf = async (name: string) => {
    const state = await readState(name);
    return state && condition(state);
  };
  after(() => Promise.all(used.map(down)));

  it('starts, tells what it is, stays when started again, and ends', async () => {
    const name = newName('cli');
    const started = await lab('up', name, '--scenario', 's1');
    assert.equal(started.exitCode, 0, started.stderr);
    assert.match(started.stderr, new RegExp(`lab ${name} is up: minikube, operator, client`));

    const before = await stateOf(name);
    const again = await lab('up', name, '--scenario', 's1');
    assert.equal(again.exitCode, 0);
    assert.match(again.stderr, /runs already/);
    assert.deepEqual(await stateOf(name), before);
    const other = await lab('up', name, '--scenario', 's2');
    assert.equal(other.exitCode, 1);
    assert.match(other.stderr, /runs scenario s1/);

    assert.match((await lab('list')).stdout, new RegExp(`^${name} +s1 +running +6$`, 'm'));
    const status = JSON.parse((await lab('status', name, '-o', 'json')).stdout);
    assert.equal(status.condition, 'running');
    assert.deepEqual(status.hosts[0].addresses, ['192.168.99.100']);
    const ran = await lab('exec', name, 'nginx-1', '--', 'sh', '-c', 'hostname; exit 3');
    assert.deepEqual([ran.stdout, ran.exitCode], ['nginx-1', 3]);

    const processes = await processesOf(before);
    assert.match((await lab('down', name)).stderr, new RegExp(`lab ${name} is down`));
    await assertNothingLeft(before, processes);
    assert.match((await lab('down', name)).stderr, /nothing to do/);
  });

  it('runs side by side with another of the same kind', async () => {
    const [one, two] = await Promise.all([
      startLab('s1', { name: newName('one') }),
      startLab('s1', { name: newName('two') }),
    ]);
    await one.exec('minikube', ['ip', 'address', 'add', '10.22.0.0/32', 'dev', 'lo']);
    const patch = ['patch', 'service', 'nginx', '-p', '{"spec":{"externalIPs":["10.22.0.0"]}}'];
    await one.kubectl(...patch);
    const curl = ['curl', '-sS', '-m', '2', 'http://10.22.0.0/'];
    await waitFor('an answer from outside', async () =>
      assert.equal((await one.exec('client', curl)).stdout, 'Welcome to nginx!\n'),
    );
    assert.notEqual((await two.exec('client', curl)).exitCode, 0);
    await one.down();
    assert.equal(condition(two.state), 'running');
    assert.equal((await two.kubectl('get', 'service', 'nginx')).exitCode, 0);
    await two.down();
  });

  it('is cleaned up and started anew after its starter was killed half-way', async () => {
    const name = newName('killed');
    for (const file of ['init', 'disks/operator', 'logs/minikube-kube-apiserver.log']) {
      const starter = lab('up', name, '--scenario', 's1');
      await waitFor(file, () => stat(`${labDirectory(name)}/${file}`));
      const init = parseStat(await readFile(`${labDirectory(name)}/init`, 'utf8'));
      starter.kill('SIGKILL');
      await starter;
      // Gone where another test's start has found it already.
      assert.ok(['half-started', undefined].includes(await conditionOf(name)));
      if (file === 'init') assert.equal((await lab('down', name)).exitCode, 0);
      else assert.equal((await lab('up', name, '--scenario', 's1')).exitCode, 0);
      assert.ok(!isAlive(init));
      if (file !== 'init') await attach(await stateOf(name)).down();
    }
  });

  it('is taken down again when its start is interrupted', async () => {
    const name = newName('interrupted');
    const starter = lab('up', name, '--scenario', 's1');
    const log = `${labDirectory(name)}/logs/minikube-kube-apiserver.log`;
    await waitFor('the API server', () => readFile(log));
    const init = parseStat(await readFile(`${labDirectory(name)}/init`, 'utf8'));
    starter.kill('SIGINT');
    assert.equal((await starter).exitCode, 130);
    assert.ok(!isAlive(init));
    assert.equal(await readState(name), undefined);
  });

  it('is started anew when a program of it has died', async () => {
    const name = newName('crashed');
    assert.equal((await lab('up', name, '--scenario', 's1')).exitCode, 0);
    const state = await stateOf(name);
    await attach(state).exec('minikube', ['pkill', '-KILL', 'kube-proxy']);
    assert.match((await lab('status', name)).stdout, /crashed.*kube-proxy:dead/s);
    const again = await lab('up', name, '--scenario', 's1');
    assert.match(again.stderr, /has crashed/);
    assert.equal(await conditionOf(name), 'running');
    await down(name);
  });

  it('of a test goes with the next start once the test is gone', async () => {
    const name = newName('orphan');
    const harness = new URL('harness.ts', import.meta.url).href;
    const script = `const { startLab } = await import('${harness}'); await startLab('s1', { name: '${name}' }); process.exit();`;
    await execa(process.execPath, ['--input-type=module', '-e', script]);
    const state = await stateOf(name);
    assert.equal(condition(state), 'running');
    const processes = await processesOf(state);
    await (await startLab('s1', { name: newName('next') })).down();
    await assertNothingLeft(state, processes);
  });

  it('that does not exist is an error that says what to type', async () => {
    const { stderr, exitCode } = await lab('exec', 'no-such-lab', 'k0', '--', 'true');
    assert.equal(exitCode, 1);
    assert.match(stderr, /^lab: there is no lab 'no-such-lab' .*npm run -s lab -- up no-such-lab$/);
    const scenario = await lab('up', 'no-such-scenario');
    assert.match(scenario.stderr, /^lab: there is no scenario .*fanout, s1, s2\b/);
    assert.match((await lab('up', '../etc')).stderr, /cannot name a lab|there is no scenario/);
  });
});
