import assert from 'node:assert/strict';
import { join } from 'node:path';
import { execa } from 'execa';
import { type Lab, startLab } from './harness.ts';
import { downWhenInterrupted } from './interruption.ts';
import { provision } from './provision.ts';

/** Scenario S2 in front of the reader: the commands as typed, and what they print. */
async function demo(): Promise<void> {
  const provisioned = await provision(console.log);
  if (!provisioned.available) {
    const why = provisioned.missing.join('; ').replaceAll(/\s+/g, ' ');
    say(
      `No lab can be started here (${why}). What works without one: why a Service of a recorded cluster does not answer.`,
    );
    await explainRecorded();
    return;
  }
  say('Starting a cluster in network namespaces: two nodes, Calico, six pods, clients outside …');
  const started = performance.now();
  const seconds = () => ((performance.now() - started) / 1000).toFixed(1);
  const name = `demo-${process.pid}`;
  await downWhenInterrupted(name, async () => {
    const lab = await startLab('s2', { name });
    say(`It is up after ${seconds()} s.`);
    try {
      await playScenario(lab);
    } finally {
      await lab.down();
    }
  });
  say(`Done in ${seconds()} s; nothing of it is left.`);
}

/** Scenario S2 after `assign`, with a rule of somebody else's on the node that has the address. */
async function explainRecorded(): Promise<void> {
  const command = ['explain', 'svc', 'svc-test-1', '--snapshot', 'docs/examples/s2.tar.gz'];
  console.log(`$ extip ${command.join(' ')}`);
  const cwd = join(import.meta.dirname, '../..');
  await execa(process.execPath, ['bin/extip', ...command], { cwd, stdio: 'inherit' });
}

async function playScenario(lab: Lab): Promise<void> {
  const curl = ['curl', '-s', '-m', '2', 'http://20.1.0.167/'];
  const before = await stateOf(lab);

  say('The Service has no external IP yet, and a client outside cannot reach 20.1.0.167:');
  assert.notEqual((await run(lab, 'client', curl)).exitCode, 0);

  say('Why:');
  const explain = ['extip', 'explain', '--to', '20.1.0.167:80', '--from', '20.1.0.165'];
  const why = await run(lab, 'operator', explain);
  assert.match(why.stdout, /no Service is served on 20\.1\.0\.167/);

  say('One command puts the address on node k0, on the Service, and tells the neighbours:');
  const assign = ['extip', 'assign', 'svc-test-1', '20.1.0.167', '--node', 'k0', '-y'];
  assert.equal((await run(lab, 'operator', [...assign, '--from', 'client'])).exitCode, 0);

  say('The same client now gets both backends in turn:');
  const answers = new Set<string>();
  for (let call = 0; call < 40 && (call < 4 || answers.size < 2); call += 1) {
    answers.add((await run(lab, 'client', curl)).stdout.trim());
  }
  assert.equal(answers.size, 2, 'both backends answer');

  say('So it is in the rules, in one line for each node that the packet may come to:');
  const how = await run(lab, 'operator', [...explain, '-o', 'short']);
  assert.match(how.stdout, /at k0, which has the address.*: delivered to /);

  await run(lab, 'operator', ['extip', 'list']);

  say('And back: exactly what was recorded is undone, in reverse:');
  const release = ['extip', 'release', 'svc-test-1', '20.1.0.167', '-y'];
  assert.equal((await run(lab, 'operator', release)).exitCode, 0);
  assert.notEqual((await run(lab, 'client', curl)).exitCode, 0);
  assert.deepEqual(await stateOf(lab), before);
  say('The nodes and the Service are exactly as before.');
}

async function run(lab: Lab, host: string, command: string[]) {
  console.log(`${host}$ ${command.join(' ')}`);
  const result = await lab.exec(host, command);
  const printed = `${result.stderr}${result.stdout}`.trimEnd();
  console.log(printed === '' ? `(exit ${result.exitCode}, no answer)` : printed);
  console.log();
  return result;
}

/** Addresses of both nodes and the Service, without what changes at every write. */
async function stateOf(lab: Lab): Promise<unknown[]> {
  const addresses = async (node: string) => {
    const { stdout } = await lab.exec(node, ['ip', '-j', 'addr']);
    const links: { ifname: string; addr_info: { local: string; prefixlen: number }[] }[] =
      JSON.parse(stdout);
    return links.map((link) => [
      link.ifname,
      link.addr_info.map(({ local, prefixlen }) => `${local}/${prefixlen}`),
    ]);
  };
  const service = JSON.parse((await lab.kubectl('get', 'svc', 'svc-test-1', '-o', 'json')).stdout);
  delete service.metadata.resourceVersion;
  delete service.metadata.managedFields;
  return [await addresses('k0'), await addresses('k2'), service];
}

function say(text: string): void {
  console.log(`# ${text}\n`);
}

await demo();
