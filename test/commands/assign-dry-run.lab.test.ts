import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { type Lab, skipWithoutLab, startLab } from '../lab/harness.ts';
import { change, failure, plan } from './extip.ts';
import { on, stateOf, unchanged, worldOf } from './observe.ts';

const ip = '20.1.0.167';

/** The API server itself refuses one address, as an admission webhook of the site's might. */
const policy = {
  apiVersion: 'v1',
  kind: 'List',
  items: [
    {
      apiVersion: 'admissionregistration.k8s.io/v1',
      kind: 'ValidatingAdmissionPolicy',
      metadata: { name: 'not-199' },
      spec: {
        matchConstraints: {
          resourceRules: [
            {
              apiGroups: [''],
              apiVersions: ['v1'],
              operations: ['UPDATE'],
              resources: ['services'],
            },
          ],
        },
        validations: [
          {
            expression: "!('20.1.0.199' in object.spec.?externalIPs.orValue([]))",
            message: 'the network team keeps .199',
          },
        ],
      },
    },
    {
      apiVersion: 'admissionregistration.k8s.io/v1',
      kind: 'ValidatingAdmissionPolicyBinding',
      metadata: { name: 'not-199' },
      spec: { policyName: 'not-199', validationActions: ['Deny'] },
    },
  ],
};

describe('extip assign --dry-run', { skip: await skipWithoutLab() }, () => {
  let lab: Lab;
  before(async () => {
    lab = await startLab('s2');
    const input = JSON.stringify(policy);
    const created = await lab.exec('operator', ['kubectl', 'create', '-f', '-'], { input });
    assert.equal(created.exitCode, 0, created.stderr);
  });
  after(() => lab?.down());

  it('prints commands that, typed one after the other, do what assign does', async () => {
    const untouched = await stateOf(lab);
    const { steps, notes } = await plan(lab, `assign svc-test-1 ${ip} --node k0`);
    assert.match(
      notes.join('\n'),
      /nobody else answers for 20\.1\.0\.167 \(arping -D on k0 ens34\)/,
    );
    assert.equal(await stateOf(lab), untouched);

    await change(lab, `assign svc-test-1 ${ip} --node k0`);
    const assigned = await worldOf(lab);
    await change(lab, `release svc-test-1 ${ip}`);

    for (const { command } of steps) {
      const [, host = 'operator', typed = command] = /^on (\S+): (.*)$/s.exec(command) ?? [];
      // kube-proxy needs a moment, which a person's next glance gives it.
      const patience = typed.startsWith('iptables-save')
        ? `until ${typed}; do sleep 0.2; done`
        : typed;
      await on(lab, host, `timeout 20 sh -c ${quoted(patience)}`);
    }
    assert.equal(await worldOf(lab), assigned);
    // To extip it is its own work: nothing to do, and release takes it back.
    assert.equal((await change(lab, `assign svc-test-1 ${ip}`)).changed, false);
    await change(lab, `release svc-test-1 ${ip}`);
    assert.equal(await stateOf(lab), untouched);
  });

  it('as text it shows each step with its command', async () => {
    const { stdout, stderr, exitCode } = await unchanged(lab, () =>
      lab.extip('assign', 'svc-test-1', ip, '--node', 'k0', '--dry-run=client'),
    );
    assert.deepEqual([exitCode, stderr], [0, '']);
    assert.match(stdout, /^assign 20\.1\.0\.167 to default\/svc-test-1, held by k0 ens34\n/);
    assert.match(
      stdout,
      /\n {2}\+ add 20\.1\.0\.167\/32 to ens34 on k0\n {6}on k0: ip addr add 20\.1\.0\.167\/32 dev ens34 label ens34:extip\n/,
    );
  });

  it('=server asks the API server too; what it refuses leaves nothing changed in earnest either', async () => {
    await unchanged(lab, async () => {
      const assign = 'assign svc-test-1 20.1.0.199 --node k0';
      await plan(lab, assign);
      for (const flag of ['--dry-run=server', '-y']) {
        const error = await failure(lab, 1, `${assign} ${flag}`);
        assert.equal(error.reason, 'rejected');
        assert.match(error.message, /the network team keeps \.199/);
      }
      const accepted = await lab.extip('assign', 'svc-test-1', ip, '--node=k0', '--dry-run=server');
      assert.equal(accepted.exitCode, 0, accepted.stderr);
    });
  });
});

function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
