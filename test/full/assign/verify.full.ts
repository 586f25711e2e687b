import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { Check } from '../../../src/plan/execute.ts';
import { type Lab, skipWithoutLab, startLab } from '../../lab/harness.ts';

const IP = '20.1.0.167';
const REACHES = Object.fromEntries(
  ['k0', 'k2'].map((node) => [
    node,
    { node, argv: ['ssh', '-o', 'BatchMode=yes', '--', node, 'sh', '-s'], description: node },
  ]),
);

describe("verification against kube-proxy's real rules", { skip: await skipWithoutLab() }, () => {
  let lab: Lab;
  before(async () => {
    lab = await startLab('s2');
  });
  after(() => lab?.down());

  /** Calls a function of src/nodes on the operator; the first argument may name a node. */
  async function check(file: string, name: string, ...args: unknown[]): Promise<Check> {
    const [first, ...rest] = args;
    const reach = REACHES[String(first)] ?? first;
    const { stdout, stderr } = await lab.exec(
      'operator',
      ['node', '/mnt/extip/test/nodes/call.ts'],
      {
        input: JSON.stringify({ file, name, args: [reach, ...rest] }),
      },
    );
    assert.notEqual(stdout, '', stderr);
    return JSON.parse(stdout).result;
  }
  const PORTS = [{ port: 80, protocol: 'TCP' }];
  const rules = (node: string, waitGone = false, waitSeconds = 20) =>
    check('check-rules', 'checkRules', node, { ip: IP, ports: PORTS }, { waitSeconds, waitGone });
  const patch = async (spec: object) => {
    const patched = await lab.kubectl(
      'patch',
      'service',
      'svc-test-1',
      '-p',
      JSON.stringify({ spec }),
    );
    assert.equal(patched.exitCode, 0, patched.stderr);
  };

  it('before: no rule, and nobody answers from outside', async () => {
    const missing = await rules('k0', false, 0);
    assert.equal(missing.outcome, 'failed');
    assert.match(missing.detail, /\(kube-proxy, iptables\): no rule for 80\/TCP/);
    assert.equal((await rules('k0', true, 0)).outcome, 'passed');
    const outside = await check('check-connect', 'checkFromHost', 'client', { ip: IP, port: 80 });
    assert.deepEqual([outside.name, outside.outcome], ['outside', 'failed']);
  });

  it('with the Service patched and the address on k0: rules, connect, neighbour, outside', async () => {
    await patch({ externalIPs: [IP] });
    const added = await lab.exec('k0', ['ip', 'addr', 'add', `${IP}/32`, 'dev', 'ens34']);
    assert.equal(added.exitCode, 0, added.stderr);
    const mac = await lab.exec('k0', ['cat', '/sys/class/net/ens34/address']);
    const question = {
      ip: IP,
      interface: 'ens34',
      arping: 'iputils',
      expectedMacs: [mac.stdout.trim()],
    };
    const checks = [
      await rules('k0'),
      await check('check-connect', 'checkConnect', 'k0', { ip: IP, port: 80 }),
      await check('check-neighbour', 'checkNeighbour', 'k2', question),
      await check('check-connect', 'checkFromHost', 'client', { ip: IP, port: 80 }),
    ];
    for (const { name, outcome, detail } of checks)
      assert.equal(outcome, 'passed', `${name}: ${detail}`);
    assert.match(checks[0]?.detail ?? '', /80\/TCP in nat KUBE-SERVICES/);
  });

  it('kube-proxy serves the node itself, so a connect from one proves nothing about the wire', async () => {
    const connect = await check('check-connect', 'checkConnect', 'k2', { ip: IP, port: 80 });
    assert.equal(connect.outcome, 'passed');
  });

  it('a Service with no endpoint: the rule is there, and refuses', async () => {
    await patch({ selector: { app: 'nobody' } });
    let last = await rules('k0');
    for (let tries = 20; !/no endpoint/.test(last.detail) && tries > 0; tries--) {
      last = await rules('k0');
    }
    assert.match(last.detail, /KUBE-EXTERNAL-SERVICES .*which refuses it: no endpoint/);
    const connect = await check('check-connect', 'checkConnect', 'k0', { ip: IP, port: 80 });
    assert.match(connect.detail, /connection refused/);
  });

  it('released: the rules are gone', async () => {
    await patch({ externalIPs: null });
    assert.equal((await rules('k0', true)).outcome, 'passed');
  });
});
