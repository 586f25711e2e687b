import assert from 'node:assert/strict';
import { ErrorDocument } from '../../src/output/error-document.ts';
import { list } from '../commands/extip.ts';
import type { ExecResult, Lab } from '../lab/harness.ts';

export const IP = '20.1.0.167';
// So many at once leave each of them little of a machine.
const WAIT = '--lock-timeout 300 --request-timeout 120s';

/** Makes Services `race-1`, `race-2`, … on port 80, with the backends of scenario s2. */
export async function createServices(lab: Lab, count: number): Promise<void> {
  const items = Array.from({ length: count }, (_, index) => ({
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: `race-${index + 1}` },
    spec: { selector: { app: 'web-front-end' }, ports: [{ port: 80, targetPort: 'web-port' }] },
  }));
  const input = JSON.stringify({ apiVersion: 'v1', kind: 'List', items });
  const { exitCode, stderr } = await lab.exec('operator', ['kubectl', 'apply', '-f', '-'], {
    input,
  });
  assert.equal(exitCode, 0, stderr);
}

/** All of them want one IP and port: exactly one gets it, the others are told why not. */
export async function raceForAddress(lab: Lab, count: number): Promise<void> {
  const results = await atOnce(lab, count, (name) => `assign ${name} ${IP} --node k0`);
  const winners = results.flatMap(({ exitCode }, index) => (exitCode === 0 ? index + 1 : []));
  assert.equal(winners.length, 1, reasons(results));
  for (const { exitCode, stdout } of results.filter((result) => result.exitCode !== 0)) {
    assert.ok(exitCode === 7 || exitCode === 1, stdout);
    const { reason } = ErrorDocument.parse(JSON.parse(stdout));
    assert.ok(['port-taken', 'plan-changed'].includes(reason), stdout);
  }
  const [winner] = winners;
  assert.deepEqual(await assignments(lab), [`race-${winner} ${IP} assigned`]);
  await allSucceed(lab, 1, () => `release race-${winner} ${IP}`);
}

/** All of them want any address of one pool: each gets its own. */
export async function raceForPool(lab: Lab, count: number): Promise<void> {
  const pool = '--pool 20.1.0.220-20.1.0.250';
  await allSucceed(lab, count, (name) => `assign ${name} ${pool} --node k0`);
  const assigned = await assignments(lab);
  assert.ok(
    assigned.every((line) => line.endsWith(' assigned')),
    assigned.join('\n'),
  );
  assert.equal(new Set(assigned.map((line) => line.split(' ')[0])).size, count);
  assert.equal(new Set(assigned.map((line) => line.split(' ')[1])).size, count);
  await allSucceed(lab, count, (name) => `release ${name} --all`);
}

/** Two Services want different ports of one address: both get it. */
export async function raceForPorts(lab: Lab): Promise<void> {
  const both = (index: number) => `svc-test-${index}`;
  await allSucceed(lab, 2, (_, index) => `assign ${both(index)} ${IP} --node k0`);
  assert.deepEqual(await assignments(lab), [
    `svc-test-1 ${IP} assigned`,
    `svc-test-2 ${IP} assigned`,
  ]);
  for (const index of [1, 2]) await allSucceed(lab, 1, () => `release ${both(index)} ${IP}`);
}

/** Two Services want different ports of one address, each on a node of its own: only one gets it. */
export async function raceForNodes(lab: Lab): Promise<void> {
  const nodes = ['k0', 'k2'];
  const results = await atOnce(
    lab,
    2,
    (_, index) => `assign svc-test-${index} ${IP} --node ${nodes[index - 1]}`,
  );
  const [loser, ...more] = results.filter(({ exitCode }) => exitCode !== 0);
  assert.ok(loser && more.length === 0, reasons(results));
  const { reason } = ErrorDocument.parse(JSON.parse(loser.stdout));
  // The other one's record is seen, or its address, on the node or by who answers for it.
  assert.ok(['held-elsewhere', 'answered'].includes(reason), loser.stdout);
  const winner = `svc-test-${results.indexOf(loser) === 0 ? 2 : 1}`;
  assert.deepEqual(await assignments(lab), [`${winner} ${IP} assigned`]);
  await allSucceed(lab, 1, () => `release ${winner} ${IP}`);
}

/** Half of them assign an address to a Service, half release it: the one or the other, whole. */
export async function raceOfVerbs(lab: Lab, count: number): Promise<void> {
  const results = await atOnce(lab, count, (_, index) =>
    index % 2 === 0 ? `assign race-1 ${IP} --node k0` : `release race-1 ${IP}`,
  );
  for (const { exitCode, stdout } of results.filter((result) => result.exitCode !== 0)) {
    assert.equal(exitCode, 1, stdout);
    assert.equal(ErrorDocument.parse(JSON.parse(stdout)).reason, 'plan-changed', stdout);
  }
  const left = await assignments(lab);
  assert.ok(left.length === 0 || left.join() === `race-1 ${IP} assigned`, left.join('\n'));
  await allSucceed(lab, 1, () => `release race-1 ${IP}`);
}

/** Takes back whatever a race that went wrong has left. */
export async function releaseAll(lab: Lab): Promise<void> {
  const services = new Set((await list(lab)).flatMap(({ service }) => service ?? []));
  for (const service of services) await lab.extip('release', service, '--all', '-y');
}

/** What extip has to do with, a line each: Service, address, state. */
async function assignments(lab: Lab): Promise<string[]> {
  const items = await list(lab);
  return items.map(({ service, ip, state }) => `${service} ${ip} ${state}`).sort();
}

async function allSucceed(lab: Lab, count: number, command: Command): Promise<void> {
  const results = await atOnce(lab, count, command);
  assert.ok(
    results.every(({ exitCode }) => exitCode === 0),
    reasons(results),
  );
}

type Command = (name: string, index: number) => string;

function atOnce(lab: Lab, count: number, command: Command): Promise<ExecResult[]> {
  const indexes = Array.from({ length: count }, (_, index) => index + 1);
  return Promise.all(
    indexes.map((index) => {
      const words = `${command(`race-${index}`, index)} -y -o json ${WAIT}`;
      return lab.extip(...words.split(' '));
    }),
  );
}

function reasons(results: ExecResult[]): string {
  return results.map(({ exitCode, stdout }) => `exit ${exitCode}: ${stdout}`).join('\n');
}
